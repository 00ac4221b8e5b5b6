// Runs compilers and formatters over many files on all cores, and remembers by content what was in
// order.
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from '../js/children.mjs';

/// `work(item)` for every item, as many at a time as there are cores; results in the items' order.
export async function in_parallel(items, work) {
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) { const i = next++; results[i] = await work(items[i]); }
  };
  await Promise.all(Array.from({ length: os.cpus().length }, worker));
  return results;
}

/// Keys of checks that found nothing. A key is the hash of everything that the outcome depends on.
export class Passed {
  constructor(tree, name) {
    this.file = path.join(tree.root, 'build/tidy', `${name}.json`);
    this.old = new Set();
    this.now = new Set();
    try {
      this.old = new Set(JSON.parse(fs.readFileSync(this.file, 'utf8')));
    } catch { /* none yet */ }
  }

  static key(...parts) {
    const hash = crypto.createHash('sha256');
    for (const part of parts) hash.update(String(part)).update('\0');
    return hash.digest('hex').slice(0, 32);
  }

  has(key) { if (this.old.has(key)) this.now.add(key); return this.now.has(key); }
  add(key) { this.now.add(key); }

  save() {
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    fs.writeFileSync(this.file, JSON.stringify([...this.now]));
  }
}

/// A file with all files of ours that it includes, as one text.
export const whole_text = (tree, file) =>
  tree.closure(file).map(name => `${name}\0${tree.text(name)}`).join('\0');

/// `file:line:column: error: …` and warnings in a tool's output, with paths relative to the root.
export function diagnostics(tree, text, only = /(?:fatal )?error|warning/) {
  const pattern = new RegExp(`^(.+?):(\\d+):\\d+: (?:${only.source}): (.*)$`);
  return text.split('\n').flatMap(line => {
    const match = pattern.exec(line);
    if (!match) return [];
    const file = path.relative(tree.root, path.resolve(tree.root, match[1]));
    return [{ file, line: Number(match[2]), message: match[3] }];
  });
}

/// The first line of `command --version`; throws if the command cannot be run.
export async function version_of(command) {
  const { status, out, err } = await run(command, ['--version']);
  if (status !== 0) throw new Error(`${command} does not run (tools/setup installs it): ${err}`);
  return out.split('\n')[0];
}
