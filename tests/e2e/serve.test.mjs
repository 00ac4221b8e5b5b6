// The JSON-RPC server over the sample state in LMDB.
import assert from 'node:assert';
import path from 'node:path';
import { free_port, sleep, start, stop, temporary_folder } from '../../tools/js/children.mjs';
import { binary, root } from '../../tools/js/project.mjs';
import { answer, call, post_raw, ready } from '../../tools/js/rpc.mjs';
import { test } from './harness.mjs';
import { assert_clear_failure, import_state, runahead, sample_calls, sample_state, start_server }
  from './runahead.mjs';

const folder = temporary_folder('serve');
const db = path.join(folder, 'db');
let running;

async function server() {
  running ??= (async () => {
    await import_state(db, sample_state);
    return start_server(['--db', db], { log: path.join(folder, 'log') });
  })();
  return (await running).url;
}

const post = async text => {
  const { status, text: body } = await post_raw(await server(), text);
  return { status, json: body ? JSON.parse(body) : undefined };
};

test('serve: chain id and block number', async () => {
  assert.strictEqual(await call(await server(), 'eth_chainId'), '0x7a69');
  assert.strictEqual(await call(await server(), 'eth_blockNumber'), '0x40');
});

for (const [name, sample] of Object.entries(sample_calls)) {
  test(`serve: eth_call of sample ${name}`, async () => {
    for (const block of ['latest', '0x40']) {
      const { result, error } = await answer(await server(), 'eth_call', [sample.call, block]);
      if (sample.status === 'success') {
        assert.strictEqual(result, sample.output);
      } else {
        assert.strictEqual(error.code, 3);
        assert.match(error.message, /execution reverted/);
        assert.strictEqual(error.data, sample.output);
      }
    }
  });
}

test('serve: a batch keeps ids and answers each item', async () => {
  const item = (id, method, params = []) => ({ jsonrpc: '2.0', id, method, params });
  const { json } = await post(JSON.stringify([
    item(7, 'eth_chainId'), item('seven', 'eth_call', [sample_calls.queue.call, 'latest']),
    item(8, 'eth_nonsense'), item(9, 'eth_call', []), 5]));
  const by_id = new Map(json.map(entry => [entry.id, entry]));
  assert.strictEqual(json.length, 5);
  assert.strictEqual(by_id.get(7).result, '0x7a69');
  assert.strictEqual(by_id.get('seven').result, sample_calls.queue.output);
  assert.strictEqual(by_id.get(8).error.code, -32601);
  assert.strictEqual(by_id.get(9).error.code, -32602);
  assert.strictEqual(by_id.get(null).error.code, -32600);
});

const request = (method, params, more = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method, params, ...more });
const { to, data } = sample_calls.queue.call;
const wrong = {
  'no JSON': ['{"jsonrpc": "2.0", ', -32700],
  'an empty body': ['', -32700],
  'an empty batch': ['[]', -32600],
  'a number': ['42', -32600],
  'a method that is no string': [request(42, []), -32600],
  'an unknown method': [request('eth_nonsense', []), -32601],
  'no call object': [request('eth_call', []), -32602],
  'a call object that is a string': [request('eth_call', ['0x00', 'latest']), -32602],
  'an unknown field': [request('eth_call', [{ to, data, colour: 'red' }, 'latest']), -32602],
  'an address with a bad digit': [request('eth_call', [{ to: '0xzz', data }, 'latest']), -32602],
  'data of odd length': [request('eth_call', [{ to, data: '0x123' }, 'latest']), -32602],
  'data and input that differ': [
    request('eth_call', [{ to, data, input: '0x' }, 'latest']), -32602],
  'gas that is no number': [request('eth_call', [{ to, data, gas: 'much' }, 'latest']), -32602],
  'a block that is no block': [request('eth_call', [{ to, data }, 'yesterday']), -32602],
};

for (const [name, [body, code]] of Object.entries(wrong)) {
  test(`serve: refuses ${name}`, async () => {
    const { json } = await post(body);
    assert.strictEqual(json.error?.code, code, JSON.stringify(json));
    assert.ok(json.error.message.length < 500);
    assert.strictEqual(await call(await server(), 'eth_chainId'), '0x7a69');
  });
}

test('serve: a block the database does not hold is an error', async () => {
  const { error } = await answer(await server(), 'eth_call', [{ to, data }, '0x41']);
  assert.ok(error, 'answered');
  assert.match(error.message, /block/i);
});

test('serve: a deeply nested request is refused', async () => {
  const { json } = await post('['.repeat(100_000) + ']'.repeat(100_000));
  assert.ok(json.error.code < 0);
});

test('serve: a body that is too large is refused', async () => {
  let refused;
  try {
    refused = (await post_raw(await server(), ' '.repeat(17 << 20))).status === 413;
  } catch { refused = true; } // closed while we were still sending
  assert.ok(refused);
  assert.strictEqual(await call(await server(), 'eth_chainId'), '0x7a69');
});

test('serve: GET is no JSON-RPC and does no harm', async () => {
  const response = await fetch(await server());
  assert.ok((await response.text()).length < 1000);
  assert.strictEqual(await call(await server(), 'eth_chainId'), '0x7a69');
});

test('serve: many calls at once', async () => {
  const url = await server(), names = Object.keys(sample_calls).filter(name =>
    sample_calls[name].status === 'success');
  await Promise.all(Array.from({ length: 200 }, async (_, i) => {
    const sample = sample_calls[names[i % names.length]];
    assert.strictEqual(await call(url, 'eth_call', [sample.call, 'latest']), sample.output);
  }));
});

// Each client is served by one thread; a call that wants state is handed to the main one.
for (const threads of ['1', '2', '5']) {
  test(`serve: ${threads} threads answer alike, cold and warm`, async () => {
    await server(); // the database
    const { url, stop: end } =
      await start_server(['--db', db, '--threads', threads, '--delay', '2ms']);
    try {
      const samples = Object.values(sample_calls);
      for (let round = 0; round < 3; round += 1) {
        await Promise.all(Array.from({ length: 40 }, async (_, i) => {
          const sample = samples[i % samples.length];
          const told = await answer(url, 'eth_call', [sample.call, i % 3 ? 'latest' : '0x40']);
          assert.strictEqual(told.result ?? told.error.data, sample.output);
          assert.strictEqual(await call(url, 'eth_blockNumber'), '0x40');
        }));
      }
    } finally {
      await end();
    }
  });
}

test('serve: a number of threads that makes no sense is refused', async () => {
  for (const threads of ['-1', 'many', '1000'])
    assert_clear_failure(await runahead(['serve', '--db', db, '--threads', threads]), [2],
      /--threads/);
});

test('serve: a port in use is a clear error', async () => {
  const { port } = new URL(await server());
  const ended = await runahead(['serve', '--db', db, '--port', port]);
  assert_clear_failure(ended, [1], new RegExp(port));
});

test('serve: a database that is not there is a clear error', async () => {
  const ended = await runahead(['serve', '--db', path.join(folder, 'none'), '--port',
    String(await free_port())], { timeout_s: 20 });
  assert_clear_failure(ended, [1, 2], /none/);
});

test('serve: ends with exit status 0 when it is told to', async () => {
  const { child, stop: end } = await start_server(['--db', db]);
  await end();
  assert.strictEqual(child.exitCode, 0);
  assert.strictEqual(child.signalCode, null);
});

test('serve: ends within 3 s while a call waits for its state', async () => {
  const port = await free_port();
  const child = start(binary, ['serve', '--db', db, '--port', String(port), '--delay', '10s'],
    { cwd: root });
  const url = `http://127.0.0.1:${port}`;
  await ready(url, { child });
  const waiting = answer(url, 'eth_call', [sample_calls.queue.call, 'latest']).catch(() => {});
  await sleep(200);
  await stop(child);
  await waiting;
  assert.strictEqual(child.exitCode, 0);
});

test('serve: the shared server is still alive, and ends', async () => {
  await server();
  const { child, stop: end } = await running;
  assert.strictEqual(child.exitCode, null);
  await end();
});
