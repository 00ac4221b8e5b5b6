// Runs every test runner and sums up. A runner is any program whose last line is
// `N passed, N failed, N skipped`; one that ends without that line counts as one failure.
//   node tests/run.mjs [--only WORD]
import fs from 'node:fs';
import path from 'node:path';
import { run_logged } from '../tools/js/children.mjs';
import { build_folder, root } from '../tools/js/project.mjs';
import { list_runners } from './runners.mjs';

const count_line = /^(\d+) passed, (\d+) failed, (\d+) skipped$/;
const shown_lines = 150;
const logs = path.resolve(process.env.RUNAHEAD_LOGS ?? path.join(build_folder, 'logs'));

/// The counts in the last line of a log; undefined where it is another line.
function read_counts(text) {
  const match = count_line.exec(text.trimEnd().split('\n').at(-1) ?? '');
  return match?.slice(1).map(Number);
}

/// Why tests were skipped, as [reason, count], from what the kinds of runners print:
/// `skipped 12: reason`, `skipped name (0.1 s): reason`, and GoogleTest's `file:12: Skipped`.
function read_reasons(text) {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => {
    const match = /^skipped (?:(\d+)|.*? \([\d.]+ s\)): (.*)$/.exec(line);
    if (match) return [[match[2], Number(match[1] ?? 1)]];
    return /:\d+: Skipped$/.test(line) ? [[lines[i + 1], 1]] : [];
  });
}

function print_reasons(results) {
  const counts = new Map();
  for (const [reason, count] of results.flatMap(({ reasons }) => reasons))
    counts.set(reason, (counts.get(reason) ?? 0) + count);
  if (counts.size) console.log('\nskipped:');
  for (const [reason, count] of counts) console.log(`${String(count).padStart(9)}  ${reason}`);
}

function judge({ status, signal, seconds, late }, text, timeout_s) {
  const [passed, failed, skipped] = read_counts(text) ?? [0, 0, 0];
  let trouble = '';
  if (late) trouble = `no end within ${timeout_s} s`;
  else if (signal) trouble = `ended by ${signal}`;
  else if (!read_counts(text)) trouble = `exit status ${status} without its last line`;
  else if (status !== 0 && failed === 0) trouble = `exit status ${status} although nothing failed`;
  else if (status === 0 && failed !== 0) trouble = 'exit status 0 although something failed';
  return { passed, failed: failed + (trouble ? 1 : 0), skipped, seconds, trouble };
}

async function run_one(listed) {
  const runner = await listed.prepare?.(listed) ?? listed;
  if (runner.skip) {
    console.log(`skipped ${runner.name}: ${runner.skip}`);
    return { ...runner, passed: 0, failed: 0, skipped: 1, seconds: 0, trouble: '',
      reasons: [[runner.skip, 1]] };
  }
  const log = path.join(logs, `${runner.name.replace(/[^\w.-]+/g, '-')}.log`);
  const timeout_s = runner.timeout_s ?? 900;
  if (process.stdout.isTTY) process.stdout.write(`… ${runner.name}\r`);
  const ended = await run_logged(runner.command, runner.args,
    { log, cwd: root, timeout_s, env: { ...process.env, ...runner.env } });
  const text = fs.readFileSync(log, 'utf8');
  const result = { ...runner, ...judge(ended, text, timeout_s), reasons: read_reasons(text) };
  if (result.failed) {
    const lines = text.trimEnd().split('\n');
    if (lines.length > shown_lines) console.log(`(the whole output: ${path.relative(root, log)})`);
    console.log(lines.slice(-shown_lines).join('\n'));
  }
  console.log(`${result.failed ? 'FAILED' : 'ok    '} ${runner.name}` +
    (result.trouble ? `: ${result.trouble}` : ''));
  return result;
}

function print_table(results) {
  const width = Math.max(8, ...results.map(({ name }) => name.length));
  const row = (name, ...cells) =>
    console.log(name.padEnd(width) + cells.map(cell => String(cell).padStart(9)).join(''));
  console.log();
  row('runner', 'passed', 'failed', 'skipped', 'seconds');
  for (const { name, passed, failed, skipped, seconds } of results)
    row(name, passed, failed, skipped, seconds.toFixed(1));
  const { RUNAHEAD_SETUP_SECONDS: setup, RUNAHEAD_BUILD_SECONDS: build } = process.env;
  if (build) console.log(`\nset-up ${setup} s, build ${build} s`);
}

const only = process.argv[2] === '--only' ? process.argv[3] : '';
fs.rmSync(logs, { recursive: true, force: true });
fs.mkdirSync(logs, { recursive: true });
const results = [];
for (const runner of (await list_runners()).filter(({ name }) => name.includes(only)))
  results.push(await run_one(runner));
print_reasons(results);
print_table(results);
const sum = key => results.reduce((total, result) => total + result[key], 0);
if (!results.length) console.log(`no runner's name contains '${only}'`);
const failed = sum('failed') + (results.length ? 0 : 1);
console.log(`${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped`);
process.exit(failed ? 1 : 0);
