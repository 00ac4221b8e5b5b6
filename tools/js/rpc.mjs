// JSON-RPC over HTTP, as a client.
import { sleep } from './children.mjs';

export async function post_raw(url, body) {
  const response = await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return { status: response.status, text: await response.text() };
}

/// The whole answer object, with `result` or `error`.
export async function answer(url, method, params = []) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  return JSON.parse((await post_raw(url, body)).text);
}

/// The result; an error answer is thrown.
export async function call(url, method, params = []) {
  const { result, error } = await answer(url, method, params);
  if (error) throw new Error(`${method}: ${error.message}${error.data ? ' ' + error.data : ''}`);
  return result;
}

/// Waits until a server answers eth_chainId; `child`, if given, must stay alive meanwhile.
export async function ready(url, { child, timeout_s = 20 } = {}) {
  const until = performance.now() + timeout_s * 1000;
  while (performance.now() < until) {
    if (child && (child.failure || child.exitCode !== null || child.signalCode !== null))
      throw new Error(`${child.spawnfile} ended before it answered at ${url}: ` +
        (child.failure?.message ?? `exit status ${child.exitCode}`));
    try { if ((await answer(url, 'eth_chainId')).result) return; } catch { /* not listening yet */ }
    await sleep(50);
  }
  throw new Error(`no answer from ${url} within ${timeout_s} s`);
}
