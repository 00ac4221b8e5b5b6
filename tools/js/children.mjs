// Child processes: each leads a process group of its own and is ended with that group, by its id,
// however this process ends.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

const living = new Set();

/// A child and what it started itself.
function signal_group(child, signal) {
  try { process.kill(-child.pid, signal); } catch { /* it has ended */ }
}

process.on('exit', () => { for (const child of living) signal_group(child, 'SIGKILL'); });
for (const [signal, status] of [['SIGINT', 130], ['SIGTERM', 143]])
  process.on(signal, () => process.exit(status));

/// Starts a server in the background; its output goes to `log` (a path) or nowhere.
export function start(command, args, { log, cwd, env } = {}) {
  const out = log ? fs.openSync(log, 'w') : 'ignore';
  const child = spawn(command, args, { stdio: ['ignore', out, out], cwd, env, detached: true });
  if (log) fs.closeSync(out);
  living.add(child);
  child.ended = new Promise(resolve => {
    child.on('error', error => { child.failure = error; living.delete(child); resolve(); });
    child.on('exit', () => { living.delete(child); resolve(); });
  });
  return child;
}

/// Ends a child that `start` made: politely first, for at most 3 s.
export async function stop(child) {
  if (!living.has(child)) return;
  signal_group(child, 'SIGTERM');
  await Promise.race([child.ended, sleep(3000)]);
  if (living.has(child)) { signal_group(child, 'SIGKILL'); await child.ended; }
}

/// Runs a command to its end. Gives {status, signal, out, err, all, seconds}; a command that
/// cannot be started or takes longer than `timeout_s` gives status null and says why in `err`.
export function run(command, args, { cwd, env, input, timeout_s = 120 } = {}) {
  return new Promise(resolve => {
    const began = performance.now();
    const child = spawn(command, args, { cwd, env, detached: true });
    let out = '', err = '', all = '', late = false;
    living.add(child);
    child.stdout.setEncoding('utf8').on('data', text => { out += text; all += text; });
    child.stderr.setEncoding('utf8').on('data', text => { err += text; all += text; });
    child.stdin.on('error', () => {}); // a child that does not read its input is no fault of ours
    child.stdin.end(input ?? '');
    const end_late = () => { late = true; signal_group(child, 'SIGKILL'); };
    const timer = setTimeout(end_late, timeout_s * 1000);
    const finish = (status, signal, failure) => {
      clearTimeout(timer);
      living.delete(child);
      const note = late ? `no end within ${timeout_s} s` : failure ? failure.message : '';
      if (note) { err += note; all += note; }
      resolve({ status, signal, out, err, all, seconds: (performance.now() - began) / 1000 });
    };
    child.on('error', error => finish(null, null, error));
    child.on('close', (status, signal) => finish(late ? null : status, signal));
  });
}

/// A TCP port of 127.0.0.1 that is free now.
export function free_port() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const temporary = [];
process.on('exit', () => {
  for (const folder of temporary) fs.rmSync(folder, { recursive: true, force: true });
});

/// A fresh folder that is removed when this process ends.
export function temporary_folder(name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `runahead-${name}-`));
  temporary.push(folder);
  return folder;
}

/// Runs a command to its end with its output in the file `log`. Gives {status, signal, late,
/// seconds}.
export function run_logged(command, args, { log, cwd, env, timeout_s }) {
  return new Promise(resolve => {
    const began = performance.now();
    const child = start(command, args, { log, cwd, env });
    let late = false;
    const timer = setTimeout(() => { late = true; stop(child); }, timeout_s * 1000);
    child.ended.then(() => {
      clearTimeout(timer);
      if (child.failure) fs.appendFileSync(log, `${child.failure.message}\n`);
      resolve({ status: child.exitCode, signal: child.signalCode, late,
        seconds: (performance.now() - began) / 1000 });
    });
  });
}
