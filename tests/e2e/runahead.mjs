// Driving the binary: its subcommands, the testbed's scenarios, the samples.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { free_port, run, start, stop } from '../../tools/js/children.mjs';
import { binary, read_json, root, testbed_folder } from '../../tools/js/project.mjs';
import { ready } from '../../tools/js/rpc.mjs';
import { skip } from './harness.mjs';

export const runahead = (args, options = {}) => run(binary, args, { cwd: root, ...options });

/// The options that ask for a call object.
export const call_options = ({ from, to, data, gas }) => [
  ...(from ? ['--from', from] : []), '--to', to, '--data', data, ...(gas ? ['--gas', gas] : [])];

/// `runahead call --json`: its one object. Fails the test where the command fails.
export async function call_json(args, options = {}) {
  const ended = await runahead(['call', ...args, '--json'], options);
  assert.strictEqual(ended.status, 0, `exit status ${ended.status}:\n${ended.all}`);
  try {
    return JSON.parse(ended.out);
  } catch (error) {
    throw new Error(`call --json did not print one JSON object: ${error.message}\n${ended.out}`);
  }
}

/// A file of the testbed; skips the test where it is not there.
export function testbed_file(name) {
  const file = path.join(testbed_folder, name);
  if (!fs.existsSync(file)) skip(`${file} is not there (RUNAHEAD_TESTBED)`);
  return file;
}

export const scenarios = () => read_json(testbed_file('scenarios.json')).scenarios;

export const sample_state = path.join(root, 'samples/sample-state.json');
export const sample_calls = read_json(path.join(root, 'samples/calls.json'));

/// Imports an account file into a new database folder; fails the test where that fails.
export async function import_state(db, alloc) {
  const { status, all } = await runahead(['import', '--db', db, '--alloc', alloc]);
  assert.strictEqual(status, 0, all);
}

/// Starts `runahead serve` on a free port. Gives {url, stop()}.
export async function start_server(args, { log } = {}) {
  const port = await free_port();
  const child = start(binary, ['serve', ...args, '--port', String(port)], { cwd: root, log });
  const url = `http://127.0.0.1:${port}`;
  try {
    await ready(url, { child });
  } catch (error) {
    await stop(child);
    throw new Error(`${error.message}\n${log ? fs.readFileSync(log, 'utf8') : ''}`);
  }
  return { url, child, stop: () => stop(child) };
}

/// A command that must fail clearly: its exit status is one of `statuses`, and what it says matches
/// each pattern, is no crash, and shows no more of the input than a person can read.
export function assert_clear_failure(ended, statuses, ...patterns) {
  const { status, signal, err, all } = ended;
  assert.ok(signal === null, `ended by ${signal}:\n${all}`);
  assert.ok(statuses.includes(status), `exit status ${status}, not ${statuses}:\n${all}`);
  assert.ok(err.trim().length > 0, 'says nothing on stderr');
  assert.ok(err.length < 2000, `says too much (${err.length} characters): ${err.slice(0, 300)}`);
  assert.doesNotMatch(err, /terminate called|Assertion|std::|what\(\)|AddressSanitizer/);
  for (const pattern of patterns) assert.match(err, pattern);
}
