// Command lines that make no sense: exit status 2 and a message that names what is wrong.
import assert from 'node:assert';
import { test } from './harness.mjs';
import { assert_clear_failure, runahead, sample_calls, sample_state } from './runahead.mjs';

const { to, data } = sample_calls.transfer.call;
const good = ['call', '--alloc', sample_state, '--to', to, '--data', data];
/// The good command line with one option's value replaced, or added.
const with_option = (option, value) => {
  const args = [...good], i = args.indexOf(option);
  if (i < 0) return [...args, option, value];
  args[i + 1] = value;
  return args;
};

test('bad usage: the good command line is good', async () => {
  const { status, all } = await runahead(good);
  assert.ok(status === 0 || status === 1, all);
});

const cases = {
  'no subcommand': [[], /subcommand|call/i],
  'an unknown subcommand': [['frobnicate'], /frobnicate|subcommand|not expected/i],
  'an unknown option': [[...good, '--frobnicate'], /frobnicate/],
  'no state at all': [['call', '--to', to, '--data', data], /--db|--upstream|--alloc/],
  'two states': [[...good, '--upstream', 'http://127.0.0.1:1'], /--alloc|--upstream/],
  'an address with a bad digit': [with_option('--to', '0xzz' + to.slice(4)), /zz/],
  'an address that is too short': [with_option('--to', to.slice(0, -2)),
    /address|20 bytes|length/i],
  'an address without 0x': [with_option('--to', to.slice(2)), /0x/],
  'data of odd length': [with_option('--data', data.slice(0, -1)), /odd|length|digits/i],
  'data with a bad digit': [with_option('--data', data.slice(0, -1) + 'g'), /hex|digit/i],
  'data without 0x': [with_option('--data', data.slice(2)), /0x/],
  'gas that is no number': [with_option('--gas', 'plenty'), /plenty/],
  'gas over 64 bits': [with_option('--gas', '0x1' + '0'.repeat(16)), /gas|large|range|bits/i],
  'negative gas': [with_option('--gas', '-1'), /-1|gas/i],
  'a value over 256 bits': [with_option('--value', '0x1' + '0'.repeat(64)),
    /value|large|bytes|bits/i],
  'a delay without a known unit': [with_option('--delay', '20parsecs'), /20parsecs|delay/i],
  'an unknown fork': [with_option('--fork', 'atlantis'), /atlantis/],
  'an unknown engine': [with_option('--engine', 'warp'), /warp/],
  'an unknown speculation': [with_option('--speculation', 'maybe'), /maybe/],
  'a block that is no block': [with_option('--block', 'yesterday'), /yesterday/],
  'import without a database': [['import', '--alloc', sample_state], /--db/],
  'import without an account file': [['import', '--db', 'build/none'], /--alloc/],
  'serve without a state': [['serve', '--port', '0'], /--db|--upstream/],
  'serve on a port that cannot be': [['serve', '--db', 'build/none', '--port', '70000'],
    /70000|port/i],
  'statetest without a path': [['statetest'], /path/i],
};

for (const [name, [args, pattern]] of Object.entries(cases)) {
  test(`bad usage: ${name}`, async () => {
    assert_clear_failure(await runahead(args, { timeout_s: 20 }), [2], pattern);
  });
}

test('bad usage: a huge value is not echoed in full', async () => {
  const ended = await runahead(with_option('--data', '0x' + 'zz'.repeat(30_000)),
    { timeout_s: 20 });
  assert_clear_failure(ended, [2]);
});

test('help lists every subcommand and ends well', async () => {
  const { status, out } = await runahead(['--help']);
  assert.strictEqual(status, 0);
  for (const name of ['bench', 'blocks', 'call', 'disasm', 'import', 'ir', 'statetest', 'sim',
    'serve'])
    assert.match(out, new RegExp(`\\b${name}\\b`));
});
