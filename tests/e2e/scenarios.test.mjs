// The ten calls of the testbed over its account file: exact outputs, and rounds.
import assert from 'node:assert';
import { test } from './harness.mjs';
import { call_json, call_options, scenarios, testbed_file } from './runahead.mjs';

// Rounds of the serial engine (one read after the other), and the most that running ahead may take.
const limits = {
  erc20_balanceOf: { serial: 2, ahead: 2 },
  proxy_balanceOf: { serial: 4, ahead: 4 },
  mc3_10: { serial: 21, ahead: 3 },
  mc3_100: { serial: 111, ahead: 3 },
  v2_getAmountsOut_3hop: { serial: 7, ahead: 3 },
  v2_swap_3hop: { serial: 35, ahead: 5 },
  v3_quote_20ticks: { serial: 91, ahead: 9 },
  list_walk_20: { serial: 21, ahead: 21 },
  array_sum_100: { serial: 101, ahead: 2 },
  branchy_20: { serial: 41, ahead: 3 },
};

const run_scenario = (name, ...options) => call_json(['--alloc', testbed_file('alloc.json.xz'),
  ...call_options(scenarios()[name].tx), ...options]);

test('the testbed has exactly the ten scenarios', () => {
  assert.deepStrictEqual(Object.keys(scenarios()).sort(), Object.keys(limits).sort());
});

for (const [name, { serial, ahead }] of Object.entries(limits)) {
  test(`scenario ${name} serial: exact output in ${serial} rounds`, async () => {
    const answer = await run_scenario(name, '--delay', '1ms', '--speculation', 'off');
    assert.strictEqual(answer.output, scenarios()[name].expect);
    assert.strictEqual(answer.status, 'success');
    assert.strictEqual(answer.rounds, serial);
    assert.strictEqual(answer.wastedReads, 0);
  });

  test(`scenario ${name} ahead: exact output in at most ${ahead} rounds`, async ({ note }) => {
    const plain = await run_scenario(name);
    assert.strictEqual(plain.output, scenarios()[name].expect);
    for (const speculation of ['lean', 'full']) {
      const answer = await run_scenario(name, '--delay', '20ms', '--speculation', speculation);
      note(`${speculation}: ${answer.rounds} rounds, ${answer.reads} reads, ` +
        `${answer.wastedReads} wasted, ${answer.elapsedMs} ms`);
      assert.strictEqual(answer.output, scenarios()[name].expect);
      assert.strictEqual(answer.status, 'success');
      assert.strictEqual(answer.gasUsed, plain.gasUsed);
      if (speculation === 'full')
        assert.ok(answer.rounds <= ahead, `${answer.rounds} rounds`);
      else
        assert.ok(answer.rounds <= serial, `${answer.rounds} rounds`);
    }
  });
}
