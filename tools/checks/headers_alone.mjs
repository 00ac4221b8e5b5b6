// Every header compiles alone, and twice.
import { run } from '../js/children.mjs';
import { diagnostics, in_parallel, Passed, version_of, whole_text } from './compiler.mjs';

const flags = ['-std=c++23', '-stdlib=libstdc++', '-march=x86-64-v3', '-Wall', '-Wextra',
  '-Wshadow', '-Wconversion',
  '-Wno-sign-conversion', '-Werror', '-Isrc', '-Iinclude',
  '-isystem', process.env.BLST_SOURCE_DIR ? `${process.env.BLST_SOURCE_DIR}/bindings`
    : 'build/blst/bindings', '-fsyntax-only'];

async function compile_alone(tree, file) {
  const name = file.replace(/^(src|include)\//, '');
  const c = file.endsWith('.h');
  const options = c ? flags.map(flag => flag.replace('-std=c++23', '-std=c11'))
    .filter(flag => !flag.startsWith('-stdlib')) : flags;
  const input = `#include "${name}"\n#include "${name}"\n`;
  const { status, all } = await run('clang++-19', ['-x', c ? 'c' : 'c++', ...options, '-'],
    { cwd: tree.root, input });
  if (status === 0) return [];
  const found = diagnostics(tree, all).slice(0, 3);
  return found.length ? found.map(({ file: at, line, message }) =>
    at === file ? { file, line, message } :
      { file, line: 1, message: `${at}:${line}: ${message}` }) :
    [{ file, line: 1, message: `does not compile alone: ${all.trim().slice(0, 300)}` }];
}

export default {
  name: 'headers compile alone',
  async run(tree) {
    const compiler = await version_of('clang++-19'), passed = new Passed(tree, 'headers');
    const findings = await in_parallel(tree.headers(), async file => {
      const key = Passed.key(compiler, flags, whole_text(tree, file));
      if (passed.has(key)) return [];
      const found = await compile_alone(tree, file);
      if (!found.length) passed.add(key);
      return found;
    });
    passed.save();
    return findings.flat();
  },
};
