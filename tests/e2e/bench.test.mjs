// Timing the engines: reports, charts, comparisons, and what is wrong with files.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { temporary_folder } from '../../tools/js/children.mjs';
import { read_json } from '../../tools/js/project.mjs';
import { unpack_fixture } from '../fixtures.mjs';
import { skip, test } from './harness.mjs';
import { assert_clear_failure, runahead } from './runahead.mjs';

const folder = temporary_folder('bench');
const in_folder = name => path.join(folder, name);
const brief = ['--min-time', '0.002', '--turns', '2'];

/// A benchmark in revmc's form: PUSH1 1, PUSH0, SSTORE.
const tiny = () => ({ tiny: {
  env: { currentNumber: '0x1', currentTimestamp: '0x1', currentGasLimit: '0x5f5e100',
    currentCoinbase: '0x' + '0'.repeat(40), currentBaseFee: '0x0' },
  pre: { ['0x' + 'cc'.repeat(20)]:
    { balance: '0x0', code: '0x60015f55', nonce: '0x1', storage: {} } },
  transaction: [{ data: '0x', gasLimit: '0x186a0', gasPrice: '0x0', nonce: '0x0', value: '0x0',
    sender: '0x' + '11'.repeat(20), to: '0x' + 'cc'.repeat(20) }],
} });

const write = (name, json) => {
  fs.mkdirSync(path.dirname(in_folder(name)), { recursive: true });
  fs.writeFileSync(in_folder(name), typeof json === 'string' ? json : JSON.stringify(json));
  return in_folder(name);
};
const tiny_file = write('set/tiny.json', tiny());

async function bench(args) {
  const { status, out, err } = await runahead(['bench', ...brief, ...args]);
  assert.strictEqual(status, 0, err);
  return { out, err };
}

test('bench: every case of the fixtures runs, on every engine, with the same end', async () => {
  const { folder: fixtures, skip: reason, failure } = await unpack_fixture('evm-benchmarks');
  assert.ok(!failure, failure);
  if (reason) skip(reason);
  const json = in_folder('all.json'), svg = in_folder('all.svg');
  const { out } = await bench([fixtures, '--json', json, '--svg', svg]);
  const report = read_json(json);
  assert.strictEqual(report.form, 'runahead-bench 1');
  assert.deepStrictEqual([...new Set(report.cases.map(row => row.group))],
    ['main', 'micro', 'revmc']);
  assert.strictEqual(report.cases.length, 38);
  for (const { group, name, results, gas } of report.cases) {
    assert.ok(gas > 0, name);
    assert.deepStrictEqual(
      results.map(({ engine, analysis }) => `${engine} ${analysis}`).sort(),
      ['stepping inside', 'stepping outside', 'threaded inside', 'threaded outside'], name);
    for (const { minNs, medianNs } of results) assert.ok(minNs > 0 && medianNs >= minNs, name);
    assert.ok(out.includes(`${group}/${name}`), name);
  }
  assert.ok(out.includes('geometric mean of main'));
  assert.ok(fs.readFileSync(svg, 'utf8').includes('sha1_divs'));
});

test('bench: gas is what the EVM used', async () => {
  const json = in_folder('tiny.json.out');
  await bench([tiny_file, '--json', json, '--engine', 'stepping', '--analysis', 'outside']);
  const [row] = read_json(json).cases;
  assert.strictEqual(row.gas, 3 + 2 + 22100); // a cold slot that becomes set (EIP-2929)
  assert.strictEqual(row.fork, 'Osaka');
  assert.deepStrictEqual(row.results.map(result => result.engine), ['stepping']);
  await bench([tiny_file, '--json', json, '--fork', 'Shanghai']);
  assert.strictEqual(read_json(json).cases[0].fork, 'Shanghai');
});

test('bench: a former report stands beside', async () => {
  const json = in_folder('former.json'), svg = in_folder('ratio.svg');
  await bench([tiny_file, '--json', json]);
  const former = read_json(json);
  for (const result of former.cases[0].results) result.engine = `old ${result.engine}`;
  write('former.json', former);
  const { out, err } = await bench([tiny_file, '--compare', json, '--svg', svg]);
  assert.match(out, /old threaded/);
  assert.match(err, /1 of 1 cases compared/);
  assert.match(fs.readFileSync(svg, 'utf8'), /threaded against old stepping/);
});

const bad_case = change => {
  const file = tiny();
  change(file.tiny);
  return write('bad/bad.json', file);
};
const bad = {
  'no path': () => [[], [2], /paths/],
  'a path that is not there': () => [['build/none'], [2], /build\/none/],
  'a folder without benchmarks': () => {
    fs.mkdirSync(in_folder('empty'), { recursive: true });
    return [[in_folder('empty')], [2], /empty: no \.json file/];
  },
  'text that is no JSON': () => [[write('bad/cut.json', '{"tiny": {')], [2], /cut\.json: .*JSON/],
  'a missing key': () => [[bad_case(test => delete test.transaction[0].gasLimit)], [2],
    /bad\.json: tiny: transaction\[0\]\.gasLimit: is missing/],
  'a bad number': () => [[bad_case(test => { test.env.currentNumber = 'one'; })], [2],
    /bad\.json: tiny: env\.currentNumber: /],
  'a call of nothing': () => [[bad_case(test => { test.pre = {}; })], [1],
    /bad\.json: tiny: transaction\.to: has no code/],
  'a filter that leaves nothing': () => [[tiny_file, '--filter', 'huge'], [2], /--filter.*huge/],
  'a filter that is no expression': () => [[tiny_file, '--filter', '('], [2], /--filter/],
  'an unknown engine': () => [[tiny_file, '--engine', 'warp'], [2], /--engine.*warp/],
  'an engine named twice': () => [[tiny_file, '--engine', 'stepping,stepping'], [2], /twice/],
  'an unknown analysis': () => [[tiny_file, '--analysis', 'around'], [2], /--analysis.*around/],
  'no time at all': () => [[tiny_file, '--min-time', '0'], [2], /min-time/],
  'a report of another form': () => [
    [tiny_file, '--compare', write('bad/report', { form: 'x', cases: [] })], [2], /report: form: /],
  'a report of other cases': () => [[tiny_file, '--compare', write('bad/other',
    { form: 'runahead-bench 1', cases: [] })], [1], /other: has none of these cases/],
  'a report that cannot be written': () => [
    [tiny_file, '--json', in_folder('none/report.json')], [1], /none\/report\.json/],
};
for (const [name, make] of Object.entries(bad))
  test(`bench: ${name} is a clear error`, async () => {
    const [args, statuses, pattern] = make();
    assert_clear_failure(await runahead(['bench', ...brief, ...args]), statuses, pattern);
  });

test('bench: a result that is not the expected one fails its case only', async () => {
  const { folder: fixtures, skip: reason } = await unpack_fixture('evm-benchmarks');
  if (reason) skip(reason);
  const file = path.join(fixtures, 'ipsilon/benchmarks/main/swap_math.json');
  const changed = read_json(file);
  changed.swap_math.post.London[1].hash = '0x' + '11'.repeat(32);
  const ended = await runahead(['bench', ...brief, write('main/swap_math.json', changed)]);
  assert_clear_failure(ended, [1], /swap_math.*: threaded: expected state root 0x1111/s);
  assert.strictEqual(ended.out.match(/^main\/swap_math/gm).length, 4); // two cases, twice
});
