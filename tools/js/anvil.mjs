// Anvil (revm inside): the independent EVM that the tests and samples are judged by.
import { free_port, start, stop } from './children.mjs';
import { find_anvil } from './project.mjs';
import { call, ready } from './rpc.mjs';

/// Starts a node on a free port. Gives {url, stop()}. `args` are added to the command line.
export async function start_anvil(args = [], { log } = {}) {
  const port = await free_port();
  const child = start(find_anvil(), ['--host', '127.0.0.1', '--port', String(port), '--chain-id',
    '31337', '--gas-limit', '60000000', '--hardfork', 'osaka', '--silent', ...args], { log });
  const url = `http://127.0.0.1:${port}`;
  await ready(url, { child });
  return { url, stop: () => stop(child) };
}

/// Writes the accounts of an account file ({alloc: {address: {balance, nonce, code, storage}}})
/// into a node.
export async function load_accounts(url, alloc) {
  for (const [address, account] of Object.entries(alloc)) {
    await call(url, 'anvil_setBalance', [address, account.balance ?? '0x0']);
    if (account.nonce) await call(url, 'anvil_setNonce', [address, account.nonce]);
    if (account.code) await call(url, 'anvil_setCode', [address, account.code]);
    for (const [slot, value] of Object.entries(account.storage ?? {}))
      await call(url, 'anvil_setStorageAt', [address, slot, value]);
  }
}
