// Several nodes, some of which lie: a real one, and what stands between it and us.
import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { start_anvil } from '../../tools/js/anvil.mjs';
import { temporary_folder } from '../../tools/js/children.mjs';
import { find_anvil } from '../../tools/js/project.mjs';
import { skip, test } from './harness.mjs';
import { assert_clear_failure, call_json, call_options, runahead, scenarios, testbed_file }
  from './runahead.mjs';

async function with_anvil(body) {
  if (!find_anvil()) skip('anvil is not there; tools/setup fetches it');
  const state = path.join(temporary_folder('upstream'), 'state.json');
  fs.writeFileSync(state, execFileSync('xz', ['-dc', testbed_file('anvil-state.json.xz')],
    { maxBuffer: 1 << 28 }));
  const anvil = await start_anvil(['--load-state', state]);
  try { await body(anvil.url); } finally { await anvil.stop(); }
}

/// Hands requests on, and changes answers: `lie(item, call)` gets each. Gives {url, headers, stop}.
function start_proxy(upstream, lie = () => {}) {
  const headers = [];
  const server = http.createServer((request, response) => {
    const chunks = [];
    headers.push(request.headers);
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', async () => {
      const asked = JSON.parse(Buffer.concat(chunks).toString());
      const got = await (await fetch(upstream, { method: 'POST', body: JSON.stringify(asked),
        headers: { 'content-type': 'application/json' } })).json();
      const calls = new Map([asked].flat().map(call => [call.id, call]));
      for (const item of [got].flat()) lie(item, calls.get(item.id));
      response.end(JSON.stringify(got));
    });
  });
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve({
    url: `http://127.0.0.1:${server.address().port}`, headers,
    stop: () => new Promise(done => { server.close(done); server.closeAllConnections?.(); }),
  })));
}

/// Says that every word of storage is one more than it is, whatever way it is asked in.
const increased = word => '0x' + (BigInt(word) + 1n).toString(16).padStart(64, '0');
function lie_about_storage(item, { method }) {
  if (method === 'eth_getStorageAt') item.result = increased(item.result);
  if (method === 'eth_getStorageValues')
    for (const words of Object.values(item.result))
      for (const i in words) words[i] = increased(words[i]);
  if (method === 'eth_getProof')
    for (const entry of item.result.storageProof) {
      const leaf = entry.proof.at(-1);
      entry.value = increased(entry.value);
      if (leaf) entry.proof.splice(-1, 1, leaf.slice(0, -1) + (leaf.endsWith('0') ? '1' : '0'));
    }
}

const wanted = ['erc20_balanceOf', 'mc3_10', 'v2_swap_3hop', 'branchy_20'];

async function check_calls(options) {
  for (const name of wanted) {
    const { tx, expect } = scenarios()[name];
    const got = await call_json([...options, ...call_options(tx)], { timeout_s: 60 });
    assert.strictEqual(got.output, expect, name);
  }
}

test('upstream: every scenario is proved by a real node', () => with_anvil(async url => {
  await check_calls(['--upstream', url, '--verify']);
}));

test('upstream: a liar is found out by --verify, and named', () => with_anvil(async url => {
  const liar = await start_proxy(url, lie_about_storage);
  try {
    const { tx } = scenarios().erc20_balanceOf;
    const ended = await runahead(['call', '--upstream', liar.url, '--verify', ...call_options(tx)],
      { timeout_s: 60 });
    assert_clear_failure(ended, [1], /is false/, new RegExp(liar.url.slice('http://'.length)));
    await check_calls(['--upstream', liar.url, '--upstream', url, '--verify']);
  } finally { await liar.stop(); }
}));

test('upstream: a liar is found out by --quorum, and named', () => with_anvil(async url => {
  const [liar, honest] = [await start_proxy(url, lie_about_storage), await start_proxy(url)];
  try {
    const { tx } = scenarios().erc20_balanceOf;
    const two = ['--upstream', liar.url, '--rpc-url', url, '--quorum', '2'];
    const ended = await runahead(['call', ...two, ...call_options(tx)], { timeout_s: 60 });
    const name = liar.url.slice('http://'.length);
    assert_clear_failure(ended, [1], /too few upstreams agree/, new RegExp(name));
    const three = [...two, '--upstream', honest.url];
    await check_calls(three);
    // Two of three are asked each time, not always the liar: so many reads one after the other.
    const outvoted = await runahead(['call', ...three, '--log-level', 'warn',
      ...call_options(scenarios().list_walk_20.tx)], { timeout_s: 60 });
    assert.match(outvoted.all, new RegExp(`${name} is wrong about storage`));
  } finally { await liar.stop(); await honest.stop(); }
}));

test('upstream: nodes that cannot be reached are left out', () => with_anvil(async url => {
  await check_calls(['--upstream', 'http://127.0.0.1:1/t0ken', '--upstream', url]);
  const { tx } = scenarios().erc20_balanceOf;
  const ended = await runahead(['call', '--upstream', 'http://127.0.0.1:1/t0ken', '--upstream', url,
    '--quorum', '2', ...call_options(tx)], { timeout_s: 60 });
  assert_clear_failure(ended, [1], /127\.0\.0\.1:1\b/);
  assert.doesNotMatch(ended.all, /t0ken/);
}));

test('upstream: headers are sent, and never shown', () => with_anvil(async url => {
  const proxy = await start_proxy(url, item => { item.id = 987_654_321; });
  try {
    const { tx } = scenarios().erc20_balanceOf;
    const ended = await runahead(['call', '--upstream', proxy.url, '--upstream-header',
      'Authorization: Bearer geheim', ...call_options(tx)],
      { timeout_s: 60, env: { ...process.env, RUNAHEAD_LOG_LEVEL: 'debug' } });
    assert_clear_failure(ended, [1], /127\.0\.0\.1/);
    assert.doesNotMatch(ended.all, /geheim/);
    assert.ok(proxy.headers.length > 0);
    for (const headers of proxy.headers)
      assert.strictEqual(headers.authorization, 'Bearer geheim');
    const bad = await runahead(['call', '--upstream', proxy.url, '--upstream-header', 'geheim',
      ...call_options(tx)]);
    assert_clear_failure(bad, [2], /--upstream-header/);
    assert.doesNotMatch(bad.all, /geheim/);
  } finally { await proxy.stop(); }
}));
