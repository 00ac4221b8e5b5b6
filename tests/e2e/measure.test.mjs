// The testbed's measurement: a real node behind a proxy that delays each request by 20 ms.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { run, temporary_folder } from '../../tools/js/children.mjs';
import { binary, find_anvil } from '../../tools/js/project.mjs';
import { skip, test } from './harness.mjs';
import { testbed_file } from './runahead.mjs';

// The most state rounds a cold call may take; the requests that carry state reads equal them.
const most_rounds = {
  erc20_balanceOf: 2, proxy_balanceOf: 4, mc3_10: 3, mc3_100: 3, v2_getAmountsOut_3hop: 3,
  v2_swap_3hop: 5, v3_quote_20ticks: 7, list_walk_20: 21, array_sum_100: 2, branchy_20: 2,
};
const delay_ms = 20;
const folder = temporary_folder('measure');

async function measure(name, options) {
  const anvil = find_anvil();
  if (!anvil) skip('anvil is not there; tools/setup fetches it');
  const script = testbed_file('measure.mjs');
  const json = path.join(folder, `${name}.json`);
  const args = [script, '--anvil', anvil, '--delay', String(delay_ms), '--json', json,
    '--server', `${binary} serve --upstream {upstream} --port {port}`, ...options];
  const env = { ...process.env, TMPDIR: folder };
  let ended = await run(process.execPath, args, { timeout_s: 180, env });
  // The script gives its proxy 300 ms to start; on a machine under load that may be too short.
  for (let again = 0; again < 10 && !ended.out && /ECONNREFUSED/.test(ended.err); again += 1)
    ended = await run(process.execPath, args, { timeout_s: 180, env });
  assert.strictEqual(ended.status, 0, ended.all);
  return JSON.parse(fs.readFileSync(json, 'utf8'));
}

function check(rows, note) {
  assert.deepStrictEqual(rows.map(row => row.scenario).sort(), Object.keys(most_rounds).sort());
  for (const { scenario, cold } of rows) {
    const most = most_rounds[scenario];
    const wall_ms = 1.25 * most * delay_ms + 10;
    note(`${scenario}: ${cold.rounds} rounds (at most ${most}), ${cold.http} requests, ` +
      `${cold.reads} reads, ${cold.ms} ms (aim ${wall_ms}${cold.ms > wall_ms ? ', MISSED' : ''})`);
  }
  for (const { scenario, cold } of rows) {
    assert.ok(cold.ok, `${scenario}: not the expected output`);
    assert.ok(cold.rounds <= most_rounds[scenario], `${scenario}: ${cold.rounds} rounds`);
    assert.strictEqual(cold.http, cold.rounds, `${scenario}: requests are not rounds`);
  }
}

test('measure: ten scenarios through a real node', async ({ note }) => {
  check(await measure('default', []), note);
});

test('measure: with all methods of the node', async ({ note }) => {
  check(await measure('all', ['--deny', '']), note);
});

test('measure: without eth_getStorageValues and eth_getAccountInfo', async ({ note }) => {
  check(await measure('deny', ['--deny', 'eth_getStorageValues,eth_getAccountInfo']), note);
});

test('measure: with plain methods only', async ({ note }) => {
  check(await measure('plain', ['--deny', 'eth_getStorageValues,eth_getAccountInfo,eth_call']),
    note);
});
