// A chain over every fork, imported block by block: calls at any of its blocks, extension, bad
// blocks. The conformance cases over it are in rpc_compat.test.mjs.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { temporary_folder } from '../../tools/js/children.mjs';
import { answer, call } from '../../tools/js/rpc.mjs';
import { unpack_fixture } from '../fixtures.mjs';
import { skip, test } from './harness.mjs';
import { assert_clear_failure, call_json, runahead, sample_state, start_server }
  from './runahead.mjs';

const folder = temporary_folder('history');
const last_block = 54;

async function fixture() {
  const { folder: unpacked, skip: reason, failure } = await unpack_fixture('rpc-compat');
  if (failure) throw new Error(failure);
  if (reason) skip(reason);
  return path.join(unpacked, 'tests');
}

/// Where each block of a chain file begins, and where the last ends.
function block_starts(bytes) {
  const starts = [0];
  while (starts.at(-1) < bytes.length) {
    const at = starts.at(-1), first = bytes[at];
    const more = first > 0xf7 ? first - 0xf7 : 0;
    const size = more ? bytes.readUIntBE(at + 1, more) : first - 0xc0;
    starts.push(at + 1 + more + size);
  }
  return starts;
}

/// A file with the chain's blocks `from` to `to`, changed by `change`.
async function part_of_chain(name, from, to, change = bytes => bytes) {
  const bytes = fs.readFileSync(path.join(await fixture(), 'chain.rlp'));
  const starts = block_starts(bytes);
  assert.strictEqual(starts.length, last_block + 1);
  const file = path.join(folder, name);
  fs.writeFileSync(file, change(Buffer.from(bytes.subarray(starts[from - 1], starts[to]))));
  return file;
}

const genesis = async () => ['--genesis', path.join(await fixture(), 'genesis.json')];

async function import_chain(db, ...args) {
  const ended = await runahead(['import', '--db', db, ...args]);
  assert.strictEqual(ended.status, 0, ended.all);
  return ended.out;
}

let whole;
/// A database of the whole chain.
function whole_chain() {
  whole ??= (async () => {
    const db = path.join(folder, 'whole');
    const out = await import_chain(db, ...await genesis(), '--chain',
      path.join(await fixture(), 'chain.rlp'));
    return { db, out };
  })();
  return whole;
}

test('history: a chain over every fork is imported, and told', async ({ note }) => {
  const { out } = await whole_chain();
  assert.match(out, /27 accounts, 3 slots; genesis block 0x44fd89d5/);
  assert.match(out,
    /54 blocks, 249 transactions, 103418778 gas in [\d.]+ s \([\d.]+ Mgas\/s\); newest 54/);
  note(out.trim().split('\n').at(-1).replace(/^.*?: /, ''));
});

// NUMBER; PUSH1 0; MSTORE; RETURN of that word.
const read_number = '0x4360005260206000f3';

test('history: a call at any block sees that block', async () => {
  const { db } = await whole_chain();
  for (const number of [0, 1, 3, 9, 26, 27, 36, 45, last_block]) {
    const { output } = await call_json(['--db', db, '--block', String(number), '--data',
      read_number]);
    assert.strictEqual(BigInt(output), BigInt(number));
  }
  assert_clear_failure(await runahead(['call', '--db', db, '--block', '55', '--data',
    read_number]), [1], /unknown block: number 55; .*whole holds the blocks 0 to 54/);
});

/// Balances of these accounts differ from block to block.
async function balances(db, block) {
  const state = JSON.parse(fs.readFileSync(path.join(await fixture(), 'genesis.json'), 'utf8'));
  let code = '0x', at = 0;
  for (const address of Object.keys(state.alloc)) {
    code += `73${address.replace('0x', '')}3161${at.toString(16).padStart(4, '0')}52`;
    at += 32;
  }
  code += `61${at.toString(16).padStart(4, '0')}6000f3`;
  const { output } = await call_json(['--db', db, '--block', block, '--data', code]);
  return output;
}

test('history: states are those of databases that end at the block', async () => {
  const { db } = await whole_chain();
  const growing = path.join(folder, 'growing');
  const seen = new Set();
  let from = 1;
  for (const to of [5, 6, 20, 36, 37, 50, last_block]) {
    const file = await part_of_chain(`to-${to}.rlp`, from, to);
    await import_chain(growing, ...(from === 1 ? await genesis() : []), '--chain', file);
    const newest = await balances(growing, 'latest');
    assert.strictEqual(await balances(db, String(to)), newest, `at block ${to}`);
    seen.add(newest);
    from = to + 1;
  }
  assert.ok(seen.size >= 4, `only ${seen.size} states differ`);
});

test('history: blocks that are there already are skipped', async () => {
  const db = path.join(folder, 'overlap');
  await import_chain(db, ...await genesis(), '--chain', await part_of_chain('a.rlp', 1, 30));
  const out = await import_chain(db, '--chain', await part_of_chain('b.rlp', 1, 20),
    await part_of_chain('c.rlp', 21, 40));
  assert.match(out, /10 blocks, .*; newest 40; 30 were there already/);
});

test('history: a bad block is named, and those before it stay', async () => {
  const db = path.join(folder, 'bad');
  const good = await part_of_chain('good.rlp', 31, last_block);
  const before = await part_of_chain('before.rlp', 1, 29);
  const bad = await part_of_chain('bad.rlp', 30, 30, bytes => {
    const root = bytes.indexOf(Buffer.from('94' + '00'.repeat(20), 'hex'));
    assert.ok(root > 0);
    bytes[root + 30] ^= 1; // in the state root, which follows the coinbase
    return bytes;
  });
  const ended = await runahead(['import', '--db', db, ...await genesis(), '--chain', before, bad,
    good]);
  assert_clear_failure(ended, [1],
    /bad\.rlp: block 30 \(0x[0-9a-f]{64}\): stateRoot: have 0x[0-9a-f]{64}, want 0x[0-9a-f]{64}/,
    /bad ends at block 29/);
  await import_chain(db, '--chain', await part_of_chain('right.rlp', 30, 30), good);
  assert.strictEqual(await balances(db, 'latest'), await balances((await whole_chain()).db, '54'));
});

test('history: a changed byte anywhere is found, whatever it is', async ({ note }) => {
  const seed = Number(process.env.RUNAHEAD_SEED ?? Math.floor(Math.random() * 2 ** 31));
  note(`RUNAHEAD_SEED=${seed}`);
  let state = BigInt(seed) + 1n;
  const random = below => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & (2n ** 64n - 1n);
    return Number((state >> 33n) % BigInt(below));
  };
  const whole_file = fs.readFileSync(path.join(await fixture(), 'chain.rlp'));
  // No block behind the last names its hash, and its seal is nothing that can be checked here.
  const end = block_starts(whole_file).at(-2);
  for (let i = 0; i < 20; ++i) {
    const bytes = Buffer.from(whole_file);
    const at = random(end), change = 1 + random(255);
    bytes[at] ^= change;
    const file = path.join(folder, 'changed.rlp'), db = path.join(folder, `changed-${i}`);
    fs.writeFileSync(file, bytes);
    const ended = await runahead(['import', '--db', db, ...await genesis(), '--chain', file]);
    assert.ok(ended.status === 1, `byte ${at} ^ ${change}: ${ended.status} ${ended.all}`);
    assert_clear_failure(ended, [1], /changed\.rlp/);
    fs.rmSync(db, { recursive: true, force: true });
  }
});

test('history: files and options that do not fit', async () => {
  const { db } = await whole_chain();
  const chain = path.join(await fixture(), 'chain.rlp');
  const state = path.join(folder, 'state'), none = path.join(folder, 'none');
  const cut = await part_of_chain('cut.rlp', 1, 1, bytes => bytes.subarray(0, bytes.length - 1));
  const gap = await part_of_chain('gap.rlp', 3, 4);
  await import_chain(state, '--alloc', sample_state);
  const cases = [
    [['--db', none, '--chain', chain], [1], /none: No such file/],
    [['--db', state, '--chain', chain], [1], /holds the state of one block and no chain/],
    [['--db', db, ...await genesis()], [1], /is a database already; --force replaces it, --chain/],
    [['--db', none, '--alloc', sample_state, '--chain', chain], [2], /give --genesis/],
    [['--db', none, '--genesis', sample_state], [1], /is no genesis file/],
    [['--db', db, '--chain', chain, '--force'], [2], /--force goes with/],
    [['--db', db, ...await genesis(), '--force', '--chain', gap], [1],
      /gap\.rlp: block 3 has the parent 0x[0-9a-f]{64}, but the genesis block is 0x44fd/],
    [['--db', none, ...await genesis(), '--chain', cut], [1], /cut\.rlp: at byte 0: .* cut off/],
    [['--db', none, ...await genesis(), '--chain', path.join(folder, 'no.rlp')], [1], /no\.rlp/],
  ];
  for (const [args, statuses, pattern] of cases) {
    assert_clear_failure(await runahead(['import', ...args]), statuses, pattern);
    assert.ok(!fs.existsSync(none), args.join(' '));
  }
  assert.strictEqual(await balances(db, 'latest'), await balances(db, '54'), 'it is still there');
});

let running;
async function server() {
  running ??= start_server(['--db', (await whole_chain()).db], { log: path.join(folder, 'log') });
  return (await running).url;
}

test('history: eth_call at numbers, tags and hashes', async () => {
  const url = await server();
  const number_at = async block =>
    Number(await call(url, 'eth_call', [{ data: read_number }, block]));
  assert.strictEqual(await number_at('0x0'), 0);
  assert.strictEqual(await number_at('0x2a'), 42);
  assert.strictEqual(await number_at('earliest'), 0);
  for (const tag of ['latest', 'pending', 'safe', 'finalized'])
    assert.strictEqual(await number_at(tag), last_block);
  // PUSH1 n; BLOCKHASH: the chain's own word for its hashes.
  const hash_of = number => call(url, 'eth_call',
    [{ data: `0x60${number.toString(16).padStart(2, '0')}4060005260206000f3` }, 'latest']);
  for (const number of [0, 1, 20, 53]) {
    const hash = await hash_of(number);
    assert.strictEqual(await number_at(hash), number);
    assert.strictEqual(await number_at({ blockHash: hash }), number);
    assert.strictEqual(await number_at({ blockHash: hash, requireCanonical: true }), number);
    assert.strictEqual(await number_at({ blockNumber: `0x${number.toString(16)}` }), number);
  }
  const head = JSON.parse(fs.readFileSync(path.join(await fixture(), 'headfcu.json'), 'utf8'));
  assert.strictEqual(await number_at(head.params[0].headBlockHash), last_block);
  const { error } = await answer(url, 'eth_call', [{ data: read_number },
    { blockHash: '0x' + '12'.repeat(32) }]);
  assert.strictEqual(error.code, -32001);
});

test('history: the rules are those of the block', async () => {
  const url = await server();
  const works = async (code, block) =>
    !(await answer(url, 'eth_call', [{ data: code }, block])).error;
  const at = number => `0x${number.toString(16)}`;
  for (const [code, first] of [
    ['0x46', 18], // CHAINID: Istanbul
    ['0x48', 27], // BASEFEE: London
    ['0x5f', 39], // PUSH0: Shanghai
    ['0x4a', 42], // BLOBBASEFEE: Cancun
    ['0x60011e', 48], // CLZ: Osaka
  ]) {
    assert.ok(!await works(code, at(first - 1)), `${code} before its fork`);
    assert.ok(await works(code, at(first)), `${code} from its fork on`);
  }
});

test('history: a server sees blocks that are imported meanwhile', async () => {
  const db = path.join(folder, 'served');
  await import_chain(db, ...await genesis(), '--chain', await part_of_chain('first.rlp', 1, 20));
  const { url, stop: end } = await start_server(['--db', db]);
  assert.strictEqual(await call(url, 'eth_blockNumber'), '0x14');
  await import_chain(db, '--chain', await part_of_chain('rest.rlp', 21, last_block));
  assert.strictEqual(await call(url, 'eth_blockNumber'), '0x36');
  const number = await call(url, 'eth_call', [{ data: read_number }, 'latest']);
  assert.strictEqual(Number(number), last_block);
  const old = await call(url, 'eth_call', [{ data: read_number }, '0x14']);
  assert.strictEqual(Number(old), 20);
  await end();
});

test('history: the shared server is still alive, and ends', async () => {
  await server();
  const { child, stop: end } = await running;
  assert.strictEqual(child.exitCode, null);
  await end();
});
