// Scripts: bash and node can read them, and what starts with #! may be run.
import fs from 'node:fs';
import { run } from '../js/children.mjs';
import { in_parallel } from './compiler.mjs';

async function check_syntax(tree, file, command, args) {
  const { status, all } = await run(command, [...args, file], { cwd: tree.root });
  if (status === 0) return [];
  const line = Number(/(?:line |:)(\d+)/.exec(all)?.[1] ?? 1);
  return [{ file, line, message: all.trim().split('\n').slice(0, 4).join(' ') }];
}

export default {
  name: 'scripts',
  async run(tree) {
    const bash = tree.scripts('bash').map(file => [file, 'bash', ['-n']]);
    const node = tree.matching(/\.mjs$/).map(file => [file, process.execPath, ['--check']]);
    const syntax = await in_parallel([...bash, ...node], ([file, command, args]) =>
      check_syntax(tree, file, command, args));
    const runnable = [...tree.scripts('bash'), ...tree.scripts('node')].flatMap(file =>
      fs.statSync(tree.absolute(file)).mode & 0o100 ? [] :
        [{ file, line: 1, message: 'starts with #! but has no run bit' }]);
    return [...syntax.flat(), ...runnable];
  },
};
