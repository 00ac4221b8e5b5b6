// docs/rpc.md names every method that is served, and no other.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../../tools/js/project.mjs';
import { test } from './harness.mjs';

const read = file => fs.readFileSync(path.join(root, file), 'utf8');

test('rpc: docs/rpc.md has every method of the table', () => {
  const names = (text, pattern) => [...text.matchAll(pattern)].map(match => match[1]).sort();
  const served = names(read('src/rpc/methods.cpp'), /Row\{\{"(\w+)"/g);
  assert.ok(served.length > 30, 'the table was not found');
  const told = read('docs/rpc.md').split('\n').filter(line => line.startsWith('| `'))
    .flatMap(line => names(line.split('|')[1], /`(\w+_\w+)`/g));
  assert.deepStrictEqual(told.sort(), served);
});
