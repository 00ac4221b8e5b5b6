// The conformance cases of ethereum/execution-apis: their chain is imported and served, and each
// case is a test of its own. Results and errors are compared as JSON, whatever the order of keys;
// of cases marked `speconly` only the shape of the answer is.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { temporary_folder } from '../../tools/js/children.mjs';
import { post_raw } from '../../tools/js/rpc.mjs';
import { unpack_fixture } from '../fixtures.mjs';
import { skip, test } from './harness.mjs';
import { runahead, start_server } from './runahead.mjs';
import { check_shape } from './json_shape.mjs';

const no_pool = 'there is no transaction pool: transactions are simulated, never sent';
const not_served = {
  eth_capabilities: 'is about what a node prunes',
  eth_sendRawTransaction: no_pool,
  testing_buildBlockV1: 'no blocks are built',
  txpool_content: no_pool,
  txpool_contentFrom: no_pool,
  txpool_status: no_pool,
};

const { folder: fixture, skip: missing, failure } = await unpack_fixture('rpc-compat');
const cases = fixture && path.join(fixture, 'tests');
const folder = temporary_folder('rpc-compat');

let running;
async function server() {
  running ??= (async () => {
    const db = path.join(folder, 'db');
    const ended = await runahead(['import', '--db', db, '--genesis',
      path.join(cases, 'genesis.json'), '--chain', path.join(cases, 'chain.rlp')]);
    assert.strictEqual(ended.status, 0, ended.all);
    return start_server(['--db', db], { log: path.join(folder, 'log') });
  })();
  return (await running).url;
}

/// A case: whether its shape alone counts, and its requests with their answers.
function read_case(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const said = mark => lines.filter(line => line.startsWith(mark)).map(line =>
    line.slice(mark.length));
  const requests = said('>> '), answers = said('<< ').map(line => JSON.parse(line));
  assert.ok(requests.length > 0 && requests.length === answers.length, file);
  return { shape_only: lines.some(line => line.startsWith('// speconly')),
    exchanges: requests.map((request, i) => [request, answers[i]]) };
}

/// The same with the keys of every object in order.
function ordered(value) {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map(key => [key, ordered(value[key])]));
}

function check(actual, expected, shape_only) {
  if (!shape_only) return assert.deepStrictEqual(ordered(actual), ordered(expected));
  assert.deepStrictEqual(Object.keys(actual).sort(), Object.keys(expected).sort(),
    JSON.stringify(actual).slice(0, 300));
  check_shape(actual.result, expected.result, 'result');
}

async function run_case(file) {
  const { shape_only, exchanges } = read_case(file);
  for (const [request, expected] of exchanges) {
    const { status, text } = await post_raw(await server(), request);
    assert.strictEqual(status, 200);
    check(JSON.parse(text), expected, shape_only);
  }
}

if (failure || missing) {
  test('rpc-compat', () => {
    if (failure) throw new Error(failure);
    skip(missing);
  });
} else {
  const methods = fs.readdirSync(cases).filter(name =>
    fs.statSync(path.join(cases, name)).isDirectory()).sort();
  for (const method of methods) {
    const files = fs.readdirSync(path.join(cases, method)).filter(name => name.endsWith('.io'));
    for (const name of files.sort()) {
      test(`rpc-compat: ${method}/${name.replace('.io', '')}`, async () => {
        if (not_served[method]) skip(`${method}: ${not_served[method]}`);
        await run_case(path.join(cases, method, name));
      });
    }
  }
  test('rpc-compat: the server is still alive, and ends', async () => {
    await server();
    const { child, stop } = await running;
    assert.strictEqual(child.exitCode, null);
    await stop();
  });
}
