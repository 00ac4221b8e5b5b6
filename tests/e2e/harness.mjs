// A small test harness: files call test(name, body); run.mjs runs them in order and counts.
import { AssertionError } from 'node:assert';

const registered = [];

class Skip extends Error {}

/// Registers a test. The body may be asynchronous and gets {note}, which prints a figure.
export function test(name, body) { registered.push({ name, body }); }

/// Ends the running test as skipped, with the reason.
export function skip(reason) { throw new Skip(reason); }

function describe(error) {
  if (error instanceof AssertionError) return error.message;
  return error.stack ?? String(error);
}

/// Runs all registered tests whose name contains `word`. Prints one line per test and the closing
/// line; gives the exit status.
export async function run_all(word = '') {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, body } of registered.filter(entry => entry.name.includes(word))) {
    const began = performance.now(), notes = [];
    let outcome = 'passed', text = '';
    try {
      await body({ note: line => notes.push(line) });
    } catch (error) {
      outcome = error instanceof Skip ? 'skipped' : 'failed';
      text = error instanceof Skip ? error.message : describe(error);
    }
    counts[outcome] += 1;
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    console.log(`${outcome === 'failed' ? 'FAILED ' : outcome} ${name} (${seconds} s)` +
      (outcome === 'skipped' ? `: ${text}` : ''));
    for (const line of notes) console.log(`  ${line}`);
    if (outcome === 'failed') console.log(text.replace(/^/gm, '    '));
  }
  if (!registered.length) { console.log('no tests were registered'); counts.failed += 1; }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed ? 1 : 0;
}
