// `runahead call --explain` and `--timeline`: the same story as text and as a page, which headless
// Chromium draws where there is one.
import assert from 'node:assert';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from '../../tools/js/children.mjs';
import { test, skip } from './harness.mjs';
import { assert_clear_failure, call_options, runahead, sample_calls, sample_state, scenarios,
  testbed_file } from './runahead.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'runahead-timeline-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

/// Runs a call with both; gives the explanation, the page, its data.
async function story(name, options) {
  const file = path.join(folder, `${name}.html`);
  const { status, err, all } = await runahead(['call', '--virtual', '--delay', '20ms', '--explain',
    '--timeline', file, ...options]);
  assert.strictEqual(status, 0, all);
  const page = fs.readFileSync(file, 'utf8');
  const data = JSON.parse(/json" id="data">(.*?)<\/script>/s.exec(page)[1]);
  return { file, text: err, page, data };
}

const scenario = name => ['--alloc', testbed_file('alloc.json.xz'),
  ...call_options(scenarios()[name].tx)];
const sample = name => ['--alloc', sample_state, ...call_options(sample_calls[name].call)];

function chromium() {
  const names = [process.env.RUNAHEAD_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome'];
  return names.find(name => name && fs.existsSync(name)) ??
    skip('no Chromium is installed (RUNAHEAD_CHROMIUM)');
}

/// The page as it stands after its script has run.
async function drawn(file, width) {
  const profile = fs.mkdtempSync(path.join(folder, 'profile-'));
  const { status, out, all } = await run(chromium(), ['--headless', '--no-sandbox',
    '--disable-gpu', `--user-data-dir=${profile}`, `--window-size=${width},900`,
    '--virtual-time-budget=2000', '--dump-dom', `file://${file}`], { timeout_s: 120 });
  assert.strictEqual(status, 0, all);
  return out;
}

test('explain: what each read waited for, in a chain where each names the next', async () => {
  const { text, data } = await story('list', scenario('list_walk_20'));
  const lines = text.split('\n').filter(line => /^ {2}#\d+ /.test(line));
  assert.strictEqual(lines.length, 21, text);
  assert.match(lines[0], /^ {2}#1 scout {2}code of 0x[0-9a-f]{40}$/);
  assert.match(lines[1], / {2}waited for code #1$/);
  for (let i = 2; i < 21; ++i)
    assert.match(lines[i], new RegExp(`waited for its key, from #${i}$`));
  assert.match(text, /^round 21 at 400ms: 1 read$/m);
  assert.match(text, /^the spine stood still 21 times, 420ms in all$/m);
  assert.match(text, /^21 rounds, where one read after the other takes 21;/m);
  assert.deepStrictEqual(data.reads.map(read => read.waited), [undefined,
    ...Array.from({ length: 20 }, (_, i) => i)]);
});

test('explain: reads of one round waited for the same', async () => {
  const { text } = await story('array', scenario('array_sum_100'));
  const behind = text.split('\n').filter(line => /waited for code #1$/.test(line));
  assert.strictEqual(behind.length, 100, text);
  assert.match(text, /^predictions: reads \d+ right, 0 wrong/m);
});

test('explain: wasted reads are named', async () => {
  const { text, data } = await story('branchy', scenario('branchy_20'));
  const wasted = text.split('\n').filter(line => /\(not used\)/.test(line)).length;
  assert.strictEqual(wasted, data.wasted);
  assert.strictEqual(data.reads.filter(read => !read.used).length, wasted);
});

test('timeline: every read stands in it, in its order and time', async () => {
  const { data } = await story('quote', scenario('v3_quote_20ticks'));
  assert.ok(data.reads.length >= 91);
  assert.strictEqual(data.serial.length, 91);
  assert.strictEqual(data.elapsed, data.rounds * 20);
  for (const read of data.reads) {
    assert.strictEqual(read.to, read.from + 20);
    if (read.waited !== undefined) assert.ok(data.reads[read.waited].to <= read.from);
  }
  for (const { from, to } of data.stalls) assert.ok(from < to);
});

test('timeline: needs nothing else, and no text ends its script', async () => {
  const { page } = await story('self', sample('portfolio'));
  assert.doesNotMatch(page, /(src|href)=|@import|url\((?!#)/);
  assert.strictEqual(page.match(/<\/script>/g).length, 2);
  assert.match(page, /prefers-color-scheme: dark/);
});

/// Two branches on slots in turn, as branchy_20 does, a thousand slots in all.
function thousand_reads() {
  const { tx } = scenarios().branchy_20;
  const data = tx.data.slice(0, -64) + (500).toString(16).padStart(64, '0');
  return ['--alloc', testbed_file('alloc.json.xz'), ...call_options({ ...tx, data })];
}

test('timeline: Chromium draws a row for each read, narrow and wide', async () => {
  const calls = [['list_walk_20', scenario('list_walk_20')], ['mc3_100', scenario('mc3_100')],
    ['thousand', thousand_reads()]];
  for (const [name, options] of calls) {
    const { file, data } = await story(name, options);
    if (name === 'thousand') assert.ok(data.reads.length > 1000, `${data.reads.length} reads`);
    for (const width of [420, 1300]) {
      const page = await drawn(file, width);
      assert.strictEqual(page.match(/data-read="/g).length, data.reads.length, `${name}, ${width}`);
      assert.ok(page.match(/class="wait path"/g).length >= data.rounds - 2, `${name}, ${width}`);
      assert.match(page, /<b>\d+ rounds?<\/b>/);
    }
  }
});

test('timeline: a page that cannot be written is a clear error', async () => {
  assert_clear_failure(await runahead(['call', ...sample('queue'), '--timeline',
    path.join(folder, 'none', 'page.html')]), [1], /--timeline .*cannot be written/);
});
