// Traces (EIP-3155) of the sample calls, instruction by instruction as an independent EVM sees
// them, with state at hand and with state that arrives late.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { load_accounts, start_anvil } from '../../tools/js/anvil.mjs';
import { temporary_folder } from '../../tools/js/children.mjs';
import { find_anvil, read_json } from '../../tools/js/project.mjs';
import { call } from '../../tools/js/rpc.mjs';
import { skip, test } from './harness.mjs';
import { call_json, call_options, sample_calls, sample_state } from './runahead.mjs';

const folder = temporary_folder('trace');
let judge;

async function judge_url() {
  if (!find_anvil()) skip('anvil is not there; tools/setup fetches it');
  judge ??= (async () => {
    const anvil = await start_anvil();
    await load_accounts(anvil.url, read_json(sample_state).alloc);
    return anvil;
  })();
  return (await judge).url;
}

const number = value => BigInt(value).toString(16);
const step = ({ pc, gas, depth, stack }) =>
  `${depth} pc ${Number(pc)} gas ${number(gas)} [${stack.map(number).join(' ')}]`;

async function our_trace(sample, more) {
  const file = path.join(folder, 'trace.jsonl');
  const answer = await call_json(['--alloc', sample_state, ...call_options(sample.call),
    '--trace', file, ...more]);
  const lines = fs.readFileSync(file, 'utf8').trim().split('\n').map(line => JSON.parse(line));
  const is_step = line => 'pc' in line;
  return { answer, steps: lines.filter(is_step), rest: lines.filter(line => !is_step(line)) };
}

for (const [name, sample] of Object.entries(sample_calls)) {
  test(`trace: ${name} is what an independent EVM executes`, async () => {
    const { structLogs } = await call(await judge_url(), 'debug_traceCall',
      [sample.call, 'latest', {}]);
    const want = structLogs.map(step);
    for (const more of [[], ['--delay', '1ms', '--speculation', 'full']]) {
      const { answer, steps, rest } = await our_trace(sample, more);
      assert.strictEqual(answer.output, sample.output);
      const got = steps.map(step);
      const first = want.findIndex((text, i) => text !== got[i]);
      assert.strictEqual(got[first], want[first], `step ${first}`);
      assert.strictEqual(got.length, want.length);
      assert.ok(steps.every(({ op }) => Number.isInteger(op)), 'op is a number (EIP-3155)');
      assert.strictEqual(rest.length, 1, 'one summary line');
      assert.strictEqual(Number(rest[0].gasUsed), sample.gasUsed);
    }
  });
}

test('trace: the judge ends', async () => {
  await judge_url();
  await (await judge).stop();
});
