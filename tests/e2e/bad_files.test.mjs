// Account files and databases that are missing, malformed, cut off or not ours: a clear error, and
// nothing is lost.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { temporary_folder } from '../../tools/js/children.mjs';
import { read_json } from '../../tools/js/project.mjs';
import { test } from './harness.mjs';
import { assert_clear_failure, call_json, call_options, import_state, runahead, sample_calls,
  sample_state, testbed_file } from './runahead.mjs';

const folder = temporary_folder('bad-files');
const call = call_options(sample_calls.transfer.call);
let made = 0;

function write(content) {
  made += 1;
  const file = path.join(folder, `alloc-${made}.json`);
  fs.writeFileSync(file, content);
  return file;
}

/// The sample state, changed.
function changed(change) {
  const state = read_json(sample_state);
  change(state, Object.values(state.alloc)[0]);
  return write(JSON.stringify(state));
}

const whole = fs.readFileSync(sample_state, 'utf8');
const account_files = {
  'a file that is not there': [() => path.join(folder, 'none.json'), /none\.json/],
  'a folder': [() => folder, /runahead-bad-files/],
  'an empty file': [() => write(''), /alloc-\d+\.json/],
  'JSON that is cut off': [() => write(whole.slice(0, whole.length / 2)), /alloc-\d+\.json/],
  'JSON of another kind': [() => write('[1, 2, 3]'), /object|alloc/i],
  'an unknown field': [() => changed(state => { state.allocation = {}; }), /allocation/],
  'an unknown field of an account': [() => changed((_, a) => { a.ballance = '0x1'; }), /ballance/],
  'an address with a bad digit': [() => changed(state => { state.alloc['0xzz'] = {}; }), /0xzz/],
  'a balance that is no number': [() => changed((_, a) => { a.balance = 'rich'; }), /rich|balance/],
  'a balance of the wrong type': [() => changed((_, a) => { a.balance = []; }), /balance/],
  'a balance over 256 bits': [() => changed((_, a) => { a.balance = '0x1' + '0'.repeat(64); }),
    /balance/],
  'code of odd length': [() => changed((_, a) => { a.code = '0x600'; }), /code/],
  'a slot over 256 bits': [
    () => changed((_, a) => { a.storage = { ['0x1' + '0'.repeat(64)]: '0x1' }; }), /storage|slot/],
  'a nonce over 64 bits': [() => changed((_, a) => { a.nonce = '0x1' + '0'.repeat(16); }), /nonce/],
  'a fork nobody knows': [() => changed(state => { state.fork = 'atlantis'; }), /atlantis/],
  'a block without a number': [() => changed(state => { delete state.block.number; }), /number/],
};

for (const [name, [make, pattern]] of Object.entries(account_files)) {
  test(`bad account file: ${name}`, async () => {
    const file = make();
    assert_clear_failure(await runahead(['call', '--alloc', file, ...call]), [1, 2], pattern);
    const db = path.join(folder, `db-${made}-${name.replace(/\W+/g, '-')}`);
    assert_clear_failure(await runahead(['import', '--db', db, '--alloc', file]), [1, 2], pattern);
    assert.ok(!fs.existsSync(db), 'a failed import left a database behind');
  });
}

test('bad account file: an .xz that is cut off', async () => {
  const bytes = fs.readFileSync(testbed_file('alloc.json.xz'));
  const file = path.join(folder, 'cut.json.xz');
  fs.writeFileSync(file, bytes.subarray(0, bytes.length / 2));
  assert_clear_failure(await runahead(['call', '--alloc', file, ...call]), [1, 2], /cut\.json\.xz/);
});

test('bad account file: a failed import leaves what was there', async () => {
  const db = path.join(folder, 'kept');
  await import_state(db, sample_state);
  const before = fs.readFileSync(path.join(db, 'data.mdb'));
  const file = write(whole.slice(0, whole.length / 2));
  assert_clear_failure(await runahead(['import', '--db', db, '--alloc', file]), [1, 2]);
  assert.ok(before.equals(fs.readFileSync(path.join(db, 'data.mdb'))));
  assert.strictEqual((await call_json(['--db', db, ...call])).output, sample_calls.transfer.output);
});

/// A fresh good database whose file is then changed.
async function damaged(name, damage) {
  const db = path.join(folder, name);
  await import_state(db, sample_state);
  damage(path.join(db, 'data.mdb'));
  return db;
}

const databases = {
  'no folder': async () => path.join(folder, 'nowhere'),
  'an empty folder': async () => fs.mkdtempSync(path.join(folder, 'empty-')),
  'a file': async () => write('not a folder'),
  'a folder without a database': async () => {
    const db = fs.mkdtempSync(path.join(folder, 'other-'));
    fs.writeFileSync(path.join(db, 'readme.txt'), 'something else');
    return db;
  },
  'a file that is cut off': () => damaged('cut', file =>
    fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2))),
  'a file that is cut to nothing': () => damaged('nothing', file => fs.truncateSync(file, 0)),
  'a file of other bytes': () => damaged('other-bytes', file =>
    fs.writeFileSync(file, Buffer.alloc(1 << 16, 'not a database '))),
  'zeros in the first pages': () => damaged('zeros', file => {
    const bytes = fs.readFileSync(file);
    bytes.fill(0, 0, 8192);
    fs.writeFileSync(file, bytes);
  }),
};

for (const [name, make] of Object.entries(databases)) {
  test(`bad database: ${name}`, async () => {
    const db = await make();
    assert_clear_failure(await runahead(['call', '--db', db, ...call]), [1, 2],
      new RegExp(path.basename(db)));
  });
}

test('bad database: two processes read one at the same time', async () => {
  const db = path.join(folder, 'shared');
  await import_state(db, sample_state);
  const answers = await Promise.all(Array.from({ length: 6 }, () =>
    call_json(['--db', db, '--delay', '20ms', ...call])));
  for (const { output } of answers) assert.strictEqual(output, sample_calls.transfer.output);
});
