// Nodes that are unreachable, slow or answer nonsense: exit status 1, a message that says what was
// wrong, and never an answer made of zeros.
import assert from 'node:assert';
import { free_port } from '../../tools/js/children.mjs';
import { start_fake_node } from './fake_node.mjs';
import { test } from './harness.mjs';
import { assert_clear_failure, runahead } from './runahead.mjs';

const to = '0x' + '11'.repeat(20);
const call = (url, ...options) => runahead(['call', '--upstream', url, '--fork', 'osaka',
  '--to', to, '--data', '0x', ...options], { timeout_s: 60 });

async function with_node(faults, body) {
  const node = await start_fake_node(faults);
  try { await body(node); } finally { await node.stop(); }
}

test('fake node: an honest one is believed', () => with_node({}, async ({ url }) => {
  const { status, all } = await call(url);
  assert.strictEqual(status, 0, all);
}));

test('bad node: nobody listens', async () => {
  const port = await free_port();
  const ended = await call(`http://user:geheim@127.0.0.1:${port}/v3/t0k3n?key=s3cret`);
  assert_clear_failure(ended, [1], new RegExp(`127\\.0\\.0\\.1:${port}`));
  assert.doesNotMatch(ended.all, /geheim|t0k3n|s3cret/, 'a secret of the URL is shown');
});

for (const url of ['not a url', 'ftp://127.0.0.1/', 'http://', 'http://127.0.0.1:99999'])
  test(`bad node: the URL '${url}'`, async () => {
    assert_clear_failure(await call(url), [1, 2], /url|scheme|port|host|http/i);
  });

const error = (code, message) => () => ({ error: { code, message } });
const faults = {
  'answers with HTTP status 500': { http: response => {
    response.writeHead(500).end('oops');
    return true;
  } },
  'closes without an answer': { http: response => { response.destroy(); return true; } },
  'answers no JSON': { body: () => '<html>maintenance</html>' },
  'answers an empty body': { body: () => '' },
  'answers JSON that is cut off': { body: answer => JSON.stringify(answer).slice(0, -3) },
  'answers a number': { body: () => '42' },
  'answers with a wrong id': { item: item => ({ ...item, id: 987_654 }) },
  'answers without an id': { item: ({ id: _, ...item }) => item },
  'has neither result nor error': { item: ({ result: _, ...item }) => item },
  'has no chain id': { methods: { eth_chainId: error(-32000, 'no chain today') } },
  'has a chain id that is no number': {
    methods: { eth_chainId: () => ({ result: 'main' }) } },
  'has a null block': { methods: { eth_getBlockByNumber: () => ({ result: null }),
    eth_getBlockByHash: () => ({ result: null }) } },
  'has a block of the wrong type': {
    methods: { eth_getBlockByNumber: () => ({ result: 'head' }) } },
  'has a block without a hash': { methods: {
    eth_getBlockByNumber: () => ({ result: { number: '0x10' } }) } },
  'fails on code': { methods: { eth_getCode: error(-32000, 'missing trie node') } },
  'answers null for code': { methods: { eth_getCode: () => ({ result: null }) } },
  'answers code of odd length': { methods: { eth_getCode: () => ({ result: '0x123' }) } },
  'answers code that is a number': { methods: { eth_getCode: () => ({ result: 7 }) } },
};

for (const [name, fault] of Object.entries(faults)) {
  test(`bad node: ${name}`, () => with_node(fault, async ({ url }) => {
    assert_clear_failure(await call(url), [1], /127\.0\.0\.1/);
  }));
}

// A contract that returns slot 0, so that storage is read: PUSH0 SLOAD PUSH0 MSTORE PUSH1 32 PUSH0
// RETURN
const reads_storage = { eth_getCode: () => ({ result: '0x5f545f5260205ff3' }) };
const storage_faults = {
  'fails on storage': error(-32000, 'state is pruned'),
  'answers null for storage': () => ({ result: null }),
  'answers storage of 33 bytes': () => ({ result: '0x' + '01'.repeat(33) }),
  'answers storage with a bad digit': () => ({ result: '0x' + 'zz'.repeat(32) }),
};

for (const [name, eth_getStorageAt] of Object.entries(storage_faults)) {
  test(`bad node: ${name}`, () =>
    with_node({ methods: { ...reads_storage, eth_getStorageAt } }, async ({ url }) => {
      assert_clear_failure(await call(url), [1], /storage/i);
    }));
}

test('bad node: fails twice, then answers: the call succeeds', async () => {
  let failures = 2;
  const eth_getStorageAt = () => failures-- > 0 ?
    { error: { code: -32005, message: 'limit exceeded' } } :
    { result: '0x' + '00'.repeat(31) + '2a' };
  await with_node({ methods: { ...reads_storage, eth_getStorageAt } }, async ({ url }) => {
    const { status, out, all } = await call(url, '--json');
    assert.strictEqual(status, 0, all);
    assert.strictEqual(BigInt(JSON.parse(out).output), 42n);
  });
});

test('bad node: an unknown chain without --fork is an error, not a guess', () =>
  with_node({ methods: { eth_chainId: () => ({ result: '0x3039' }) } }, async ({ url }) => {
    const ended = await runahead(['call', '--upstream', url, '--to', to, '--data', '0x'],
      { timeout_s: 60 });
    assert_clear_failure(ended, [1, 2], /12345|0x3039/, /--fork/);
  }));

test('bad node: never answers: ends with a time-out', () =>
  with_node({ http: () => true }, async ({ url }) => {
    assert_clear_failure(await call(url), [1], /time|slow|answer/i);
  }));
