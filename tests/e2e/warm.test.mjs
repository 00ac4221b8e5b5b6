// The benchmark of warm servers, run for a moment: both servers answer alike, and it reports.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { run, temporary_folder } from '../../tools/js/children.mjs';
import { find_anvil, root } from '../../tools/js/project.mjs';
import { ratios_of, table_of } from '../../bench/warm/report.mjs';
import { skip, test } from './harness.mjs';
import { testbed_file } from './runahead.mjs';

const script = path.join(root, 'bench/warm/measure.mjs');
const folder = temporary_folder('warm-test');

test('warm: measures and reports every server', async ({ note }) => {
  if (!find_anvil()) skip('anvil is not there; tools/setup fetches it');
  testbed_file('scenarios.json');
  const json = path.join(folder, 'out.json');
  const ended = await run(process.execPath, [script, '--rounds', '1', '--ms', '20', '--scenarios',
    'erc20_balanceOf,v2_swap_3hop', '--ahead', 'upstream,db,alloc', '--json', json]);
  assert.strictEqual(ended.status, 0, ended.all);
  const { rows } = JSON.parse(fs.readFileSync(json, 'utf8'));
  assert.deepStrictEqual(rows.map(row => row.scenario), ['erc20_balanceOf', 'v2_swap_3hop']);
  for (const row of rows) {
    assert.strictEqual(row.servers.length, 5);
    for (const server of row.servers) {
      assert.ok(server.p50_us > 0 && server.p99_us >= server.p50_us && server.per_second > 0);
      assert.strictEqual(server.samples.parallel[0].connections, 4);
    }
    assert.strictEqual(row.ratios.length, 3);
  }
  note(ended.out);
});

test('warm: bad options are clear errors', async () => {
  for (const [args, pattern] of [[['--ahead', 'magic'], /magic/], [['--rounds', '0'], /rounds/],
    [['--scenarios', 'none'], /scenarios/], [['--colour', 'red'], /colour/]]) {
    const ended = await run(process.execPath, [script, ...args]);
    assert.strictEqual(ended.status, 1, ended.all);
    assert.match(ended.err, pattern);
  }
});

test('warm: ratios are to the best judge', () => {
  const server = (name, ours, p50_us, per_second, cpu_us) =>
    ({ name, ours, p50_us, p99_us: 2 * p50_us, per_second, cpu_us });
  const row = { scenario: 's', servers: [server('a', true, 10, 900, 20),
    server('b', false, 40, 100, 80), server('c', false, 20, 300, 50)] };
  assert.deepStrictEqual(ratios_of(row), [{ name: 'a', p50: 0.5, rate: 3, cpu: 2.5 }]);
  const lines = table_of([row]).split('\n');
  assert.strictEqual(lines[2], '| s | a | 10.0 | 20.0 | 900 | 20.0 | 0.50 | 3.00 | 2.50 |');
  assert.strictEqual(lines[3], '| s | b | 40.0 | 80.0 | 100 | 80.0 |  |  |  |');
});
