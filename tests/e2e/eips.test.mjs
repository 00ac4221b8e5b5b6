// docs/eips.md names, for each EIP, where it stands and what proves it: all of that must exist.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../../tools/js/project.mjs';
import { unpack_fixture } from '../fixtures.mjs';
import { skip, test } from './harness.mjs';

const in_tree = /^(src|tests)\//;

/// The rows of its tables: [{eip, names}], where names are all paths of the row.
const rows = fs.readFileSync(path.join(root, 'docs/eips.md'), 'utf8').split('\n')
  .map(line => /^\| (\d+) \|[^|]*\|([^|]*)\|([^|]*)\|$/.exec(line)).filter(Boolean)
  .map(([, eip, where, proof]) =>
    ({ eip, names: [...`${where} ${proof}`.matchAll(/`([^`]+)`/g)].map(([, name]) => name) }));

/// True if the text says `EIP-7` or, in a list, `EIP-2, 7`.
const mentions = (text, eip) => new RegExp(`EIP-(\\d+(, |, EIP-| and ))*${eip}\\b`).test(text);

test('eips: every file exists, and one of each row mentions its EIP', () => {
  assert.ok(rows.length > 70, `only ${rows.length} rows were found`);
  assert.strictEqual(new Set(rows.map(({ eip }) => eip)).size, rows.length, 'an EIP has two rows');
  for (const { eip, names } of rows) {
    const files = names.filter(name => in_tree.test(name));
    for (const file of files)
      assert.ok(fs.existsSync(path.join(root, file)), `EIP-${eip}: ${file} does not exist`);
    assert.ok(files.some(file => mentions(fs.readFileSync(path.join(root, file), 'utf8'), eip)),
      `EIP-${eip}: none of its files mentions it`);
  }
});

test('eips: every fixture exists', async ({ note }) => {
  const names = rows.flatMap(row => row.names.filter(name => !in_tree.test(name)));
  const missing = [];
  for (const archive of new Set(names.map(name => name.split('/')[0]))) {
    const { folder, skip: reason, failure } = await unpack_fixture(archive);
    assert.ok(!failure, failure);
    if (reason) { missing.push(reason); continue; }
    for (const name of names.filter(entry => entry.startsWith(`${archive}/`)))
      assert.ok(fs.existsSync(path.join(path.dirname(folder), name)), `${name} does not exist`);
  }
  for (const reason of missing) note(reason);
  if (missing.length) skip(missing[0]);
});
