// ./demo, with the binary that is built.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { run } from '../../tools/js/children.mjs';
import { binary, root } from '../../tools/js/project.mjs';
import { test } from './harness.mjs';
import { sample_calls } from './runahead.mjs';

const demo = (...args) => run(path.join(root, 'demo'), args,
  { cwd: '/', env: { ...process.env, RUNAHEAD_BINARY: binary } });

test('demo compares serial with running ahead', async ({ note }) => {
  const { status, out, all } = await demo();
  assert.strictEqual(status, 0, all);
  const row = /^(.{34}) +(\d+) rounds +(\d+) ms +(\d+) rounds +(\d+) ms +([\d.]+)x$/;
  const rows = out.split('\n').map(line => row.exec(line)).filter(Boolean);
  assert.strictEqual(rows.length, 3, out);
  for (const [i, name] of ['portfolio', 'portfolio_chosen', 'queue'].entries()) {
    const [line, , serial, serial_ms, ahead, ahead_ms] = rows[i];
    const { codes, slots } = sample_calls[name].reads;
    note(line);
    assert.strictEqual(Number(serial), codes + slots);
    assert.ok(Number(serial_ms) >= Number(serial) * 20);
    assert.ok(Number(ahead_ms) >= Number(ahead) * 20);
    if (name !== 'queue') assert.ok(Number(ahead) * 5 <= Number(serial), line);
  }
  assert.match(out, /worth \$9493326\.84 in 12 of 16 tokens/);
  assert.match(out, /20 people wait for 2\.10 ether/);
  const [, page] = /^ {2}(\/.*timeline\.html)\n$/m.exec(out) ?? [];
  assert.match(fs.readFileSync(page, 'utf8'), /id="data">\{"title":"call to 0x/);
});

test('demo takes no arguments', async () => {
  const { status, err } = await demo('--fast');
  assert.strictEqual(status, 2);
  assert.match(err, /takes no arguments/);
});
