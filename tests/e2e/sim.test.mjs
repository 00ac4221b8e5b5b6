// The simulator: rounds in virtual time, the same on every machine.
import assert from 'node:assert';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unpack_fixture } from '../fixtures.mjs';
import { skip, test } from './harness.mjs';
import { assert_clear_failure, runahead, scenarios, testbed_file } from './runahead.mjs';

const serial_rounds = {
  erc20_balanceOf: 2, proxy_balanceOf: 4, mc3_10: 21, mc3_100: 111, v2_getAmountsOut_3hop: 7,
  v2_swap_3hop: 35, v3_quote_20ticks: 91, list_walk_20: 21, array_sum_100: 101, branchy_20: 41,
};

async function sim(...options) {
  const { status, out, all } = await runahead(['sim', testbed_file('scenarios.json'),
    '--alloc', testbed_file('alloc.json.xz'), '--json', ...options]);
  assert.strictEqual(status, 0, all);
  return JSON.parse(out);
}

const without_cpu = rows => rows.map(({ cpuMs: _, ...row }) => row);

test('sim: exact outputs and serial rounds of all scenarios', async ({ note }) => {
  const rows = await sim('--latency', '20ms');
  assert.strictEqual(rows.length, 3 * Object.keys(scenarios()).length);
  for (const row of rows) {
    assert.strictEqual(row.exact, true, `${row.scenario} ${row.speculation}`);
    const serial = serial_rounds[row.scenario];
    if (row.speculation === 'off') {
      assert.strictEqual(row.rounds, serial, row.scenario);
      assert.strictEqual(row.wastedReads, 0);
      assert.strictEqual(row.scoutSteps, 0);
    } else {
      assert.ok(row.rounds <= serial, row.scenario);
    }
    assert.strictEqual(row.virtualMs, row.rounds * 20);
  }
  for (const name of Object.keys(serial_rounds)) {
    const rounds = rows.filter(row => row.scenario === name).map(row =>
      `${row.speculation} ${row.rounds}`);
    note(`${name}: ${rounds.join(', ')} rounds`);
  }
});

test('sim: a seed replays a run, whatever its latency and faults', async () => {
  const options = ['--latency', 'lognormal:20ms,0.5', '--faults', '0.1', '--seed', '7',
    '--scenario', 'v2_swap_3hop'];
  const [one, two] = [await sim(...options), await sim(...options)];
  assert.deepStrictEqual(without_cpu(one), without_cpu(two));
  assert.ok(one.some(row => row.retries > 0), 'no read failed');
  const other = await sim(...options.map(option => option === '7' ? '8' : option));
  assert.notDeepStrictEqual(without_cpu(one), without_cpu(other));
});

test('sim: the outputs stay exact under many seeds', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const rows = await sim('--latency', 'lognormal:20ms,1', '--faults', '0.05', '--seed',
      String(seed), '--scenario', 'branchy_20');
    for (const row of rows) assert.strictEqual(row.exact, true, `seed ${seed} ${row.speculation}`);
  }
});

test('sim: an unknown scenario is a clear error', async () => {
  assert_clear_failure(await runahead(['sim', testbed_file('scenarios.json'), '--alloc',
    testbed_file('alloc.json.xz'), '--scenario', 'moonshot']), [1, 2], /moonshot/);
});

test('sim: a latency that is no latency is bad usage', async () => {
  assert_clear_failure(await runahead(['sim', testbed_file('scenarios.json'), '--alloc',
    testbed_file('alloc.json.xz'), '--latency', 'slow']), [2], /slow/);
});

async function unpacked_block(name) {
  const { folder, skip: reason, failure } = await unpack_fixture('mainnet-blocks');
  assert.ok(!failure, failure);
  if (reason) skip(reason);
  return path.join(folder, 'pevm', name);
}

test('sim: the transactions of a real block, exact and in fewer rounds', async ({ note }) => {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'runahead-sim-'));
  const block = await unpacked_block('19932148');
  try {
    const all = {};
    for (const known of [[], ['--known-code']]) {
      const ended = await runahead(['sim', '--blocks', block, '--json', '--out', out, ...known]);
      assert.strictEqual(ended.status, 0, ended.all);
      const report = JSON.parse(ended.out);
      const { off, 'full tags': tags, 'lean dataflow': lean, 'full dataflow': full,
        'bound perfect': bound } = report.settings;
      assert.ok(report.calls >= 100, `${report.calls} calls`);
      for (const setting of [off, tags, lean, full]) {
        assert.strictEqual(setting.inexact, 0);
        assert.strictEqual(setting.callsWithMoreRounds, 0);
        assert.strictEqual(setting.virtualMs, setting.rounds.sum * 20);
      }
      assert.ok(full.rounds.sum * 3 < off.rounds.sum);
      assert.ok(bound.rounds.sum <= off.rounds.sum);
      note(`${known}: ${report.calls} calls, ${off.rounds.sum} rounds serially, ` +
        `${full.rounds.sum} at full, ${full.wastePercent}% wasted`);
      all[known] = off.rounds.sum;
      assert.deepStrictEqual(JSON.parse(fs.readFileSync(path.join(out, 'report.json'))), report);
      const text = fs.readFileSync(path.join(out, 'report.md'), 'utf8');
      assert.match(text, /^\| full dataflow \| \d+ \|/m);
      for (const chart of ['rounds.svg', 'lengths.svg'])
        assert.match(fs.readFileSync(path.join(out, chart), 'utf8'), /^<svg [^]*<\/svg>\n$/);
    }
    assert.ok(all['--known-code'] < all['']);
  } finally {
    fs.rmSync(out, { recursive: true });
  }
});

test('sim: with code known the scenarios take no rounds for it', async () => {
  for (const row of await sim('--known-code', '--speculation', 'off'))
    assert.ok(row.rounds < serial_rounds[row.scenario], row.scenario);
});

test('sim: values of before are worth the more rounds the more of them still hold', async () => {
  let before = Infinity;
  for (const share of ['0', '0.9', '1']) {
    const rows = await sim('--known-code', '--known-values', share, '--speculation', 'full');
    const rounds = rows.reduce((sum, row) => sum + row.rounds, 0);
    assert.ok(rows.every(row => row.exact));
    assert.ok(rounds < before, `${rounds} rounds at ${share}, ${before} before`);
    before = rounds;
  }
  assert.strictEqual(before, Object.keys(serial_rounds).length); // one each
});

test('sim: both forms of scouts, and no other', async () => {
  const rounds = {};
  for (const form of ['tags', 'dataflow'])
    rounds[form] = (await sim('--scout', form, '--speculation', 'full')).map(row => row.rounds);
  rounds.dataflow.forEach((count, i) => assert.ok(count <= rounds.tags[i]));
  assert_clear_failure(await runahead(['sim', testbed_file('scenarios.json'), '--alloc',
    testbed_file('alloc.json.xz'), '--scout', 'oracle']), [2], /--scout.*tags and dataflow/);
});

test('sim: scenarios or blocks, not both and not neither', async () => {
  for (const options of [[], ['x.json', '--blocks', 'y'], ['--blocks', 'y', '--scenario', 'z']])
    assert_clear_failure(await runahead(['sim', ...options]), [2], /--blocks/);
  assert_clear_failure(await runahead(['sim', '--blocks', os.tmpdir() + '/none']), [1], /none/);
  assert_clear_failure(await runahead(['sim', '--blocks', 'y', '--known-values', '2']), [2],
    /--known-values/);
});
