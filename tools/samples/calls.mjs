// The sample calls, with the outcome that an independent EVM computes for them on the sample state.
import { encode } from '../js/abi.mjs';
import { load_accounts, start_anvil } from '../js/anvil.mjs';
import { answer, call } from '../js/rpc.mjs';
import { people } from './state.mjs';

const gas = '0x1c9c380';

function wanted({ tokens, portfolio, queue }, { Token, Portfolio, Queue }) {
  const data = ({ artefact }, signature, ...args) =>
    '0x' + artefact.selectors[signature] + encode(...args);
  const [alice, bob] = people;
  return {
    portfolio: {
      about: 'what the first person holds of 16 tokens, listed in storage',
      call: { to: portfolio, data: data(Portfolio, 'valueOf(address)', alice), gas },
    },
    portfolio_chosen: {
      about: 'the same over tokens that the caller names',
      call: { to: portfolio, gas,
        data: data(Portfolio, 'valueOfChosen(address,address[])', alice, tokens) },
    },
    queue: {
      about: 'a linked list of 20: each slot names the next, nothing can run ahead',
      call: { to: queue, data: data(Queue, 'asked(uint256)', 20), gas },
    },
    transfer: {
      about: 'a token transfer: writes two balances',
      call: { from: alice, to: tokens[1], gas,
        data: data(Token, 'transfer(address,uint256)', bob, 10n ** 17n) },
    },
    transfer_too_much: {
      about: 'a token transfer of more than there is: reverts with an error of its own',
      status: 'revert',
      call: { from: alice, to: tokens[0], gas,
        data: data(Token, 'transfer(address,uint256)', bob, 10n ** 30n) },
    },
  };
}

/// Distinct codes and slots that a call reads, from its trace.
function count_reads(trace, { to }) {
  const codes = new Set([to]), slots = new Set(), frames = [to];
  for (const { depth, op, stack } of trace.structLogs) {
    frames.length = depth;
    const top = back => BigInt(stack[stack.length - 1 - back]);
    if (op === 'SLOAD' || op === 'SSTORE') slots.add(`${frames[depth - 1]} ${top(0)}`);
    if (['CALL', 'STATICCALL'].includes(op)) {
      const target = '0x' + (top(1) & ((1n << 160n) - 1n)).toString(16).padStart(40, '0');
      codes.add(target);
      frames[depth] = target;
    }
    if (['DELEGATECALL', 'CALLCODE', 'CREATE', 'CREATE2'].includes(op))
      throw new Error(`count_reads does not know ${op}`);
  }
  return { codes: codes.size, slots: slots.size };
}

/// What calls.json holds: per call what is asked, the exact output and status, and the reads it
/// makes.
export async function make_calls(made, contracts) {
  const node = await start_anvil();
  try {
    await load_accounts(node.url, made.state.alloc);
    const calls = {};
    for (const [name, sample] of Object.entries(wanted(made, contracts))) {
      const { about, call: request, status = 'success' } = sample;
      const { result, error } = await answer(node.url, 'eth_call', [request, 'latest']);
      const trace = await call(node.url, 'debug_traceCall', [request, 'latest', {}]);
      if (Boolean(error) !== (status === 'revert')) throw new Error(`${name}: not a ${status}`);
      calls[name] = { about, call: request, status, output: error ? error.data : result,
        reads: count_reads(trace, request), gasUsed: trace.gas };
    }
    return calls;
  } finally {
    await node.stop();
  }
}
