// Recordings: a call with every value it read, and the same call again with nothing else at hand.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { temporary_folder } from '../../tools/js/children.mjs';
import { test } from './harness.mjs';
import { assert_clear_failure, call_json, call_options, runahead, sample_calls, sample_state,
  scenarios, testbed_file } from './runahead.mjs';

const folder = temporary_folder('record');

/// Records a call over an account file; gives the recording's path and the answer.
async function record(name, alloc, call, ...more) {
  const file = path.join(folder, `${name}.json`);
  const options = ['--alloc', alloc, ...call_options(call), '--record', file];
  return { file, answer: await call_json([...options, ...more]) };
}

for (const [name, sample] of Object.entries(sample_calls)) {
  test(`record: ${name} again from its recording`, async () => {
    for (const speculation of ['off', 'full']) {
      const { file } = await record(`${name}-${speculation}`, sample_state, sample.call,
        '--delay', '1ms', '--speculation', speculation);
      const again = await call_json(['--recorded', file]);
      assert.strictEqual(again.output, sample.output);
      assert.strictEqual(Number(again.gasUsed), sample.gasUsed);
    }
  });
}

test('record: a swap of the testbed again from its recording', async () => {
  const { tx, expect } = scenarios().v2_swap_3hop;
  const { file, answer } = await record('swap', testbed_file('alloc.json.xz'), tx);
  const again = await call_json(['--recorded', file]);
  assert.strictEqual(again.output, expect);
  assert.strictEqual(again.gasUsed, answer.gasUsed);
});

async function recording_text() {
  const { file } = await record('whole', sample_state, sample_calls.queue.call);
  return fs.readFileSync(file, 'utf8');
}

const write = (name, text) => {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
};

test('record: a recording that is cut off is a clear error', async () => {
  const text = await recording_text();
  const file = write('cut.json', text.slice(0, text.length / 2));
  assert_clear_failure(await runahead(['call', '--recorded', file]), [1, 2], /cut\.json/);
});

test('record: another call that reads more is unavailable state, not zeros', async () => {
  const { file } = await record('less', sample_state, sample_calls.queue.call);
  const data = sample_calls.queue.call.data.replace(/14$/, '18');
  const recording = JSON.parse(fs.readFileSync(file, 'utf8'));
  const text = JSON.stringify(recording);
  assert.ok(text.includes(sample_calls.queue.call.data), 'the recording holds the call');
  const changed = write('more.json', text.replaceAll(sample_calls.queue.call.data, data));
  assert_clear_failure(await runahead(['call', '--recorded', changed]), [1], /storage/i);
});

test('record: a file that is no recording is a clear error', async () => {
  assert_clear_failure(await runahead(['call', '--recorded', sample_state]), [1, 2],
    /sample-state\.json/);
});

test('record: a recording in a folder that is not there is a clear error', async () => {
  const file = path.join(folder, 'nowhere/file.json');
  assert_clear_failure(await runahead(['call', '--alloc', sample_state,
    ...call_options(sample_calls.queue.call), '--record', file]), [1, 2], /nowhere/);
});
