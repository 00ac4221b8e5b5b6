// The same eth_call to runahead and to an independent EVM, with state and block overrides.
import assert from 'node:assert';
import path from 'node:path';
import { word } from '../../tools/js/abi.mjs';
import { load_accounts, start_anvil } from '../../tools/js/anvil.mjs';
import { temporary_folder } from '../../tools/js/children.mjs';
import { find_anvil, read_json } from '../../tools/js/project.mjs';
import { answer } from '../../tools/js/rpc.mjs';
import { skip, test } from './harness.mjs';
import { import_state, sample_calls, sample_state, start_server } from './runahead.mjs';

const folder = temporary_folder('judge');
let judged;

/// Both servers, holding the sample state.
async function servers() {
  if (!find_anvil()) skip('anvil is not there; tools/setup fetches it');
  judged ??= (async () => {
    const db = path.join(folder, 'db');
    await import_state(db, sample_state);
    const anvil = await start_anvil();
    await load_accounts(anvil.url, read_json(sample_state).alloc);
    return { anvil, ours: await start_server(['--db', db]) };
  })();
  return judged;
}

const portfolio = sample_calls.portfolio.call;
const [queue, person] = [sample_calls.queue.call, sample_calls.transfer.call.from];
const [token, transfer] = [sample_calls.transfer.call.to, sample_calls.transfer.call];
const somewhere = '0x' + 'c0'.repeat(20);
const slot = number => '0x' + word(number);
// Programs that return one word.
const returns = code => '0x' + code + '5f5260205ff3';
const balance_of = address => returns(`73${address.slice(2)}31`);
const code_hash_of = address => returns(`73${address.slice(2)}3f`);
const code_size_of = address => returns(`73${address.slice(2)}3b`);
const at = (code, more = {}) => [{ to: somewhere, data: '0x', gas: '0x1000000' }, 'latest',
  { [somewhere]: { code }, ...more }];

const requests = {
  'a storage slot changed': [queue, 'latest',
    { [queue.to]: { stateDiff: { [slot(0)]: slot(0) } } }],
  'all storage replaced': [queue, 'latest', { [queue.to]: { state: { [slot(0)]: slot(5) } } }],
  'code replaced': [queue, 'latest', { [queue.to]: { code: '0x602a5f5260205ff3' } }],
  'code of a token replaced by a revert': [portfolio, 'latest', { [token]: { code: '0x5f5ffd' } }],
  'code of a token replaced by nothing': [portfolio, 'latest', { [token]: { code: '0x' } }],
  'a balance changed': at(balance_of(person), { [person]: { balance: '0x1234' } }),
  'a balance as it is': at(balance_of(person)),
  'the code hash of a contract': at(code_hash_of(queue.to)),
  'the code hash of nobody': at(code_hash_of('0x' + 'ee'.repeat(20))),
  'the code size of a contract': at(code_size_of(token)),
  'the caller and the origin': [{ ...at(returns('3332'))[0], from: person }, 'latest',
    { [somewhere]: { code: returns('333218') } }],
  'a value sent': [{ to: somewhere, from: person, value: '0x64', gas: '0x1000000' }, 'latest',
    { [somewhere]: { code: returns('34') } }],
  'more value than there is': [{ to: somewhere, from: person, value: '0x1' + '0'.repeat(40),
    gas: '0x1000000' }, 'latest'],
  'the chain id': at(returns('46')),
  'the gas limit of the call': at(returns('5a')),
  'too little gas': [{ ...transfer, gas: '0x5300' }, 'latest'],
  'less gas than a call costs at all': [{ ...transfer, gas: '0x100' }, 'latest'],
  'code run without an address': [{ data: '0x602a5f5260205ff3', gas: '0x1000000' }, 'latest'],
  'an invalid instruction': at('0xfe'),
  'a stack underflow': at('0x01'),
  'a jump into nowhere': at('0x600056'),
  'SHA-256 as a precompile': [{ to: slot(2).slice(0, 2) + slot(2).slice(26), data: '0x616263',
    gas: '0x1000000' }, 'latest'],
  'block number overridden': [...at(returns('43')), { number: '0x1234' }],
  'block time overridden': [...at(returns('42')), { time: '0x70000000' }],
  // Without a gas price, geth shows calls a base fee of zero; others show the block's.
  'base fee overridden': [{ ...at(returns('48'))[0], from: person, gasPrice: '0x9' }, 'latest',
    { [somewhere]: { code: returns('48') } }, { baseFeePerGas: '0x9' }],
};

for (const [name, params] of Object.entries(requests)) {
  test(`as an independent EVM answers: ${name}`, async () => {
    const { anvil, ours } = await servers();
    const want = await answer(anvil.url, 'eth_call', params);
    const got = await answer(ours.url, 'eth_call', params);
    if (want.error) {
      assert.ok(got.error, `answered ${got.result}; anvil: ${want.error.message}`);
      // Empty revert data is left out by geth and shown as 0x by others.
      assert.strictEqual(got.error.data ?? '0x', want.error.data ?? '0x');
    } else {
      assert.strictEqual(got.result, want.result, got.error?.message);
    }
  });
}

test('as an independent EVM answers: the servers end', async () => {
  const { anvil, ours } = await servers();
  await Promise.all([anvil.stop(), ours.stop()]);
});
