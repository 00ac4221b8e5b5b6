// Looking at bytecode: disasm, blocks and ir, from every kind of input.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { load_accounts, start_anvil } from '../../tools/js/anvil.mjs';
import { temporary_folder } from '../../tools/js/children.mjs';
import { find_anvil, read_json } from '../../tools/js/project.mjs';
import { skip, test } from './harness.mjs';
import { assert_clear_failure, import_state, runahead, sample_calls, sample_state }
  from './runahead.mjs';

const folder = temporary_folder('code');
const write = (name, content) => {
  const file = path.join(folder, name);
  fs.writeFileSync(file, content);
  return file;
};

// PUSH1 4 CALLDATASIZE JUMP, JUMPDEST STOP
const code = '0x6004365b00';
const as_text = '60 04\n36\n5b00\n', as_hex = write('code.hex', as_text);
const as_bytes = write('code.bin', Buffer.from(code.slice(2), 'hex'));

const address = sample_calls.transfer.call.to;
const account = read_json(sample_state).alloc[address];

async function output(args, options) {
  const { status, out, all } = await runahead(args, options);
  assert.strictEqual(status, 0, all);
  return out;
}
const json = async args => JSON.parse(await output([...args, '--json']));

for (const command of ['disasm', 'blocks', 'ir']) {
  test(`code: ${command} shows the same from hex, files and standard input`, async () => {
    const expected = await output([command, code]);
    assert.match(expected, /JUMPDEST|falls into|STOP at/);
    for (const given of [code.slice(2), as_hex, `@${as_hex}`, as_bytes])
      assert.strictEqual(await output([command, given]), expected, given);
    assert.strictEqual(await output([command, '-'], { input: as_text }), expected);
  });

  test(`code: ${command} of an account, from a file and a database`, async () => {
    const expected = await json([command, account.code]);
    assert.ok((expected.instructions ?? expected.blocks).length > 50);
    const db = path.join(folder, `db-${command}`);
    await import_state(db, sample_state);
    for (const state of [['--alloc', sample_state], ['--db', db]])
      assert.deepStrictEqual(await json([command, address, ...state]), expected, state[0]);
  });

  test(`code: ${command} of an account of a node`, async () => {
    if (!find_anvil()) skip('anvil is not there; tools/setup fetches it');
    const node = await start_anvil();
    try {
      await load_accounts(node.url, { [address]: { code: account.code } });
      assert.deepStrictEqual(
        await json([command, address, '--upstream', node.url, '--block', 'latest']),
        await json([command, account.code]));
    } finally {
      await node.stop();
    }
  });

  const bad = {
    'no hex and no file': [['PUSH1'], [2], /PUSH1.*neither hex nor a file/],
    'half a byte': [['0x600'], [2], /code: .*(odd|digits)/],
    'a bad digit': [['0x60zz'], [2], /code: /],
    'a file that is not there': [['@build/none'], [1], /build\/none/],
    'a file of other text': [[write('text', 'PUSH1 1')], [1], /text: /],
    'a folder': [[folder], [1], /folder/],
    'an unknown fork': [[code, '--fork', 'atlantis'], [2], /--fork.*atlantis/],
    'a block without a state': [[code, '--block', '1'], [2], /--block/],
    'a state without an address': [[code, '--alloc', sample_state], [2], /address: /],
    'an account without code': [['0x' + '12'.repeat(20), '--alloc', sample_state], [1],
      /0x1212.*no code/],
    'no code': [[], [2], /code/],
  };
  for (const [name, [args, statuses, pattern]] of Object.entries(bad))
    test(`code: ${command} refuses ${name}`, async () =>
      assert_clear_failure(await runahead([command, ...args]), statuses, pattern));
}

test('code: the fork decides what is defined', async () => {
  assert.match(await output(['disasm', '0x5f', '--fork', 'Paris']), /0x5f .*undefined in Paris/);
  assert.match(await output(['disasm', '0x5f', '--fork', 'Shanghai']), /PUSH0$/m);
  assert.match(await output(['blocks', '0x5f', '--fork', 'Paris']), /undefined/);
});

test('code: base gas of the blocks is that of the instructions', async () => {
  const { blocks, totals } = await json(['blocks', account.code]);
  const { instructions } = await json(['disasm', account.code]);
  const sum = field => blocks.reduce((all, block) => all + block[field], 0);
  assert.strictEqual(sum('instructions'), instructions.length);
  assert.strictEqual(sum('gas'), totals.gas);
  const destinations = instructions.filter(next => next.jumpDestination).map(next => next.pc);
  const starts = new Set(blocks.map(block => block.start));
  for (const pc of destinations) assert.ok(starts.has(pc), `a block starts at ${pc}`);
});

test('code: ir shows stages, changes, one block, figures and a picture', async () => {
  const given = '0x60016002015f5500'; // PUSH1 1, PUSH1 2, ADD, PUSH0, SSTORE, STOP
  assert.match(await output(['ir', given, '--after', 'lift']), /\$0 = ADD #2 #1\n/);
  assert.match(await output(['ir', given]), /SSTORE #0 #3 at 6 rest 0\n/);
  assert.match(await output(['ir', given, '--diff', 'fold-constants']),
    /^- .*ADD #2 #1\n[^]*^\+ .*SSTORE #0 #3/m);
  assert.strictEqual(await output(['ir', given, '--diff', 'remove-dead']), '');
  assert.match(await output(['ir', account.code, '--at', '0']), /^block 0 /);
  assert.match(await output(['ir', account.code, '--census']), /jumps resolved/);
  assert.match(await output(['ir', account.code, '--dot']), /^digraph flow {\n[^]*b0 -> /);
  for (const [args, pattern] of [[['--after', 'cse'], /--after: unknown stage 'cse'/],
    [['--diff', 'x'], /--diff: unknown stage/], [['--at', '1'], /--at: no block begins at 1/],
    [['--after', 'lift', '--diff', 'lift'], /excludes/]])
    assert_clear_failure(await runahead(['ir', given, ...args]), [2], pattern);
});
