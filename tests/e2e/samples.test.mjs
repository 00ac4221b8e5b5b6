// The bundled samples: reproducible from their sources, and answered exactly from a file and from
// LMDB.
import assert from 'node:assert';
import path from 'node:path';
import { run, temporary_folder } from '../../tools/js/children.mjs';
import { find_anvil, find_solc, root } from '../../tools/js/project.mjs';
import { skip, test } from './harness.mjs';
import { call_json, call_options, import_state, sample_calls, sample_state } from './runahead.mjs';

test('samples are what their sources give', async () => {
  if (!find_solc()) skip('solc is not there; tools/setup fetches it');
  if (!find_anvil()) skip('anvil is not there; tools/setup fetches it');
  const { status, all } = await run(path.join(root, 'tools/compile-samples'), ['--check']);
  assert.strictEqual(status, 0, all);
});

const folder = temporary_folder('samples');
let imported;
const database = async () => {
  imported ??= import_state(path.join(folder, 'db'), sample_state);
  await imported;
  return path.join(folder, 'db');
};

const check = (answer, { output, status, gasUsed }) => {
  assert.strictEqual(answer.output, output);
  assert.match(answer.status, status === 'success' ? /^success$/ : /revert/);
  assert.strictEqual(Number(answer.gasUsed), gasUsed);
};

for (const [name, sample] of Object.entries(sample_calls)) {
  const options = call_options(sample.call);
  const serial = sample.reads.codes + sample.reads.slots;

  test(`sample ${name} from the account file`, async () => {
    for (const speculation of ['off', 'lean', 'full']) {
      const more = ['--speculation', speculation];
      check(await call_json(['--alloc', sample_state, ...options, ...more]), sample);
    }
  });

  test(`sample ${name} from LMDB behind a delay`, async ({ note }) => {
    const db = await database();
    const at = ['--db', db, '--delay', '5ms', ...options];
    const slow = await call_json([...at, '--speculation', 'off']);
    const fast = await call_json([...at, '--speculation', 'full']);
    note(`serial ${slow.rounds} rounds ${slow.elapsedMs} ms, ahead ${fast.rounds} rounds ` +
      `${fast.elapsedMs} ms, ${fast.wastedReads} wasted reads`);
    check(slow, sample);
    check(fast, sample);
    assert.strictEqual(slow.rounds, serial);
    assert.ok(fast.rounds <= slow.rounds);
    if (name.startsWith('portfolio')) assert.ok(fast.rounds * 5 <= serial, `${fast.rounds} rounds`);
  });
}
