// Anvil (revm inside): the independent EVM that the tests and samples are judged by.
import { free_port, start, stop } from './children.mjs';
import { find_anvil } from './project.mjs';
import { post_raw, ready } from './rpc.mjs';

/// Starts a node on a free port. Gives {url, child, stop()}. `args` are added to the command line.
export async function start_anvil(args = [], { log } = {}) {
  const port = await free_port();
  const child = start(find_anvil(), ['--host', '127.0.0.1', '--port', String(port), '--chain-id',
    '31337', '--gas-limit', '60000000', '--hardfork', 'osaka', '--silent', ...args], { log });
  const url = `http://127.0.0.1:${port}`;
  await ready(url, { child });
  return { url, child, stop: () => stop(child) };
}

/// Writes the accounts of an account file ({alloc: {address: {balance, nonce, code, storage}}})
/// into a node.
export async function load_accounts(url, alloc) {
  const requests = Object.entries(alloc).flatMap(([address, account]) => [
    ['anvil_setBalance', [address, account.balance ?? '0x0']],
    ...(account.nonce ? [['anvil_setNonce', [address, account.nonce]]] : []),
    ...(account.code ? [['anvil_setCode', [address, account.code]]] : []),
    ...Object.entries(account.storage ?? {}).map(([slot, value]) =>
      ['anvil_setStorageAt', [address, slot, value]]),
  ]);
  const body = requests.map(([method, params], id) => ({ jsonrpc: '2.0', id, method, params }));
  const answers = JSON.parse((await post_raw(url, JSON.stringify(body))).text);
  const failed = answers.find(item => item.error);
  if (failed || answers.length !== requests.length)
    throw new Error(`the node did not take the accounts: ${JSON.stringify(failed)}`);
}
