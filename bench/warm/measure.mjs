#!/usr/bin/env node
// Warm servers side by side: every call of the testbed, which both servers have answered before, by
// turns to `runahead serve` and to anvil, in one run. See README.md beside this file.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { execFileSync } from 'node:child_process';
import { start_anvil } from '../../tools/js/anvil.mjs';
import { free_port, run, start, stop, temporary_folder } from '../../tools/js/children.mjs';
import { binary, find_anvil, read_json, release_folder, testbed_folder }
  from '../../tools/js/project.mjs';
import { answer, ready } from '../../tools/js/rpc.mjs';
import { parallel_connections, ratios_of, summary_of, table_of } from './report.mjs';

const usage = `usage: bench/warm/measure.mjs [options]
  --rounds N       turns of each server per scenario; medians are told (5)
  --ms N           of each measurement (500)
  --scenarios A,B  only these
  --ahead KINDS    where runahead has its state from: upstream, db, alloc (upstream,db)
  --judge KINDS    what anvil runs on: loaded, fork (loaded,fork)
  --json FILE      write everything measured
Needs the binaries runahead and warm_load, anvil (tools/setup), and the testbed.`;

function read_options() {
  const kinds = (text, allowed) => text.split(',').map(kind => {
    if (!allowed.includes(kind)) throw new Error(`${kind}: there are ${allowed.join(', ')}`);
    return kind;
  });
  const text = fallback => ({ type: 'string', default: fallback });
  const { values } = parseArgs({ options: {
    rounds: text('5'), ms: text('500'), ahead: text('upstream,db'), judge: text('loaded,fork'),
    scenarios: { type: 'string' }, json: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) { console.log(usage); process.exit(0); }
  const [rounds, ms] = [Number(values.rounds), Number(values.ms)];
  if (!(rounds >= 1 && ms >= 1)) throw new Error('--rounds and --ms: numbers from 1 on');
  return { rounds, ms, only: values.scenarios?.split(','), json: values.json,
    ahead: kinds(values.ahead, ['upstream', 'db', 'alloc']),
    judge: kinds(values.judge, ['loaded', 'fork']) };
}

const folder = temporary_folder('warm');

/// A file of the testbed, unpacked.
function unpacked(name) {
  const file = path.join(folder, name);
  if (!fs.existsSync(file))
    fs.writeFileSync(file, execFileSync('xz', ['-dc', path.join(testbed_folder, `${name}.xz`)],
      { maxBuffer: 1 << 28 }));
  return file;
}

const start_loaded = () => start_anvil(['--load-state', unpacked('anvil-state.json')]);

async function start_ahead(kind) {
  const db = path.join(folder, 'db');
  if (kind === 'db') {
    const made = await run(binary, ['import', '--db', db, '--alloc', unpacked('alloc.json')]);
    if (made.status !== 0) throw new Error(made.all);
  }
  const state = {
    upstream: async () => ['--upstream', (await start_loaded()).url],
    db: async () => ['--db', db],
    alloc: async () => ['--alloc', unpacked('alloc.json')],
  };
  const port = await free_port(), log = path.join(folder, `${kind}.log`);
  const args = ['serve', ...await state[kind](), '--port', String(port), '--log-level', 'error'];
  const child = start(binary, args, { log });
  const url = `http://127.0.0.1:${port}`;
  await ready(url, { child });
  return { name: `runahead --${kind}`, ours: true, url, child };
}

/// A fork of the node that holds the state, warm: what it fetched it keeps.
async function start_judge(kind) {
  const args = kind === 'fork' ? ['--fork-url', (await start_loaded()).url] : null;
  const { url, child } = args ? await start_anvil(args) : await start_loaded();
  return { name: `anvil, ${kind}`, ours: false, url, child };
}

async function check_answers(servers, scenarios) {
  for (const [name, { tx, expect }] of scenarios) {
    for (const server of servers) {
      const told = await answer(server.url, 'eth_call', [tx, 'latest']);
      if (told.result !== expect)
        throw new Error(`${server.name}, ${name}: ${JSON.stringify(told).slice(0, 200)}`);
    }
  }
}

/// CPU time that a process has used, in µs. The kernel tells it in hundredths of a second.
function cpu_us(pid) {
  const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/// One measurement: what warm_load prints, and the server's CPU time for a call.
async function load(server, name, tx, connections, ms) {
  const body = path.join(folder, `${name}.json`);
  if (!fs.existsSync(body))
    fs.writeFileSync(body, JSON.stringify(
      { jsonrpc: '2.0', id: 1, method: 'eth_call', params: [tx, 'latest'] }));
  const before = cpu_us(server.child.pid);
  const ended = await run(path.join(release_folder, 'warm_load'),
    [new URL(server.url).port, body, String(connections), String(ms)]);
  if (ended.status !== 0) throw new Error(`${server.name}, ${name}: ${ended.all}`);
  const measured = JSON.parse(ended.out);
  return { ...measured, cpu_us: (cpu_us(server.child.pid) - before) / measured.requests };
}

/// One scenario: every server in turn, beginning with another one each round.
async function measure(servers, [name, { tx, expect }], { rounds, ms }) {
  const samples = servers.map(() => ({ single: [], parallel: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < servers.length; turn += 1) {
      const i = (round + turn) % servers.length;
      for (const [kind, connections] of [['single', 1], ['parallel', parallel_connections]]) {
        const measured = await load(servers[i], name, tx, connections, ms);
        const { answer: told, ...figures } = measured;
        if (told.result !== expect) throw new Error(`${servers[i].name}, ${name}: wrong answer`);
        samples[i][kind].push(figures);
      }
    }
  }
  return { scenario: name,
    servers: servers.map((server, i) => ({ name: server.name, ours: server.ours,
      ...summary_of(samples[i]), samples: samples[i] })) };
}

async function main() {
  const options = read_options();
  const all = Object.entries(read_json(path.join(testbed_folder, 'scenarios.json')).scenarios);
  const scenarios = all.filter(([name]) => options.only?.includes(name) ?? true);
  if (scenarios.length !== (options.only?.length ?? all.length))
    throw new Error(`--scenarios: there are ${all.map(([name]) => name).join(', ')}`);
  if (!find_anvil()) throw new Error('anvil is not there; tools/setup fetches it');
  const servers = [];
  for (const kind of options.ahead) servers.push(await start_ahead(kind));
  for (const kind of options.judge) servers.push(await start_judge(kind));
  // Twice: the first answers fetch and translate, the second ones are warm on every thread.
  for (let again = 0; again < 2; again += 1) await check_answers(servers, scenarios);
  const rows = [];
  for (const scenario of scenarios) {
    for (const server of servers) await load(server, ...[scenario[0], scenario[1].tx], 4, 100);
    rows.push(await measure(servers, scenario, options));
    console.error(`${scenario[0]}: done`);
  }
  console.log(table_of(rows));
  if (options.json)
    fs.writeFileSync(options.json, JSON.stringify({ rounds: options.rounds, ms: options.ms,
      rows: rows.map(row => ({ ...row, ratios: ratios_of(row) })) }, null, 1));
  await Promise.all(servers.map(({ child }) => stop(child)));
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(`warm: ${error.message}`);
  process.exit(1);
}
