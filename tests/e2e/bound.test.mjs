// `runahead bound`: the least rounds by what reads depend on, as the testbed has them.
import assert from 'node:assert';
import { test } from './harness.mjs';
import { assert_clear_failure, call_options, runahead, sample_calls, sample_state, scenarios,
  testbed_file } from './runahead.mjs';
import { read_json } from '../../tools/js/project.mjs';

async function bound(...options) {
  const { status, out, all } = await runahead(['bound', '--json', ...options]);
  assert.strictEqual(status, 0, all);
  return JSON.parse(out);
}

test('bound: the testbed\'s bounds, of every scenario', async () => {
  const expected = read_json(testbed_file('bounds.json'));
  for (const [name, { tx }] of Object.entries(scenarios())) {
    const { serial, others, ...rest } = await bound('--alloc', testbed_file('alloc.json.xz'),
      ...call_options(tx));
    assert.deepStrictEqual(rest, expected[name], name);
    assert.deepStrictEqual(serial, [rest.codes + rest.slots + others, rest.slots + others], name);
  }
});

test('bound: of a sample call, as text', async () => {
  const { call, reads } = sample_calls.portfolio;
  const { status, out, all } = await runahead(['bound', '--alloc', sample_state,
    ...call_options(call)]);
  assert.strictEqual(status, 0, all);
  assert.match(out, new RegExp(`reads: ${reads.codes} codes, ${reads.slots} slots, 0 others`));
  assert.match(out, new RegExp(`^serial +${reads.codes + reads.slots} +${reads.slots} `, 'm'));
  assert.match(out, /^perfect +\d+ +\d+ /m);
});

test('bound: a call that cannot be executed has none', async () => {
  assert_clear_failure(await runahead(['bound', '--alloc', sample_state, '--to',
    sample_calls.queue.call.to, '--value', '1', '--from', `0x${'0f'.repeat(20)}`]), [1],
   /insufficient funds/);
});
