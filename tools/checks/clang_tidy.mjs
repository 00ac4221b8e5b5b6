// clang-tidy over the compile database of build/release, by .clang-tidy.
import fs from 'node:fs';
import path from 'node:path';
import { run } from '../js/children.mjs';
import { diagnostics, in_parallel, Passed, version_of, whole_text } from './compiler.mjs';

export default {
  name: 'clang-tidy',
  async run(tree) {
    const folder = path.join(tree.root, 'build/release');
    const database = path.join(folder, 'compile_commands.json');
    if (!fs.existsSync(database))
      return [{ file: 'build/release/compile_commands.json', line: 1,
        message: 'is missing; run tools/build first' }];
    const tool = await version_of('clang-tidy-19'), passed = new Passed(tree, 'clang-tidy');
    const rules = tree.text('.clang-tidy');
    const compiled = JSON.parse(fs.readFileSync(database, 'utf8'))
      .map(({ file, command }) => ({ file: path.relative(tree.root, file), command }))
      .filter(({ file }) => tree.has(file));
    let done = 0;
    const findings = await in_parallel(compiled, async ({ file, command }) => {
      const key = Passed.key(tool, rules, command, whole_text(tree, file));
      if (passed.has(key)) return [];
      const { status, all } = await run('clang-tidy-19', ['--quiet', '-p', folder, file],
        { cwd: tree.root, timeout_s: 900 });
      done += 1;
      if (process.stderr.isTTY)
        process.stderr.write(`\rclang-tidy: ${done} of ${compiled.length} `);
      const found = diagnostics(tree, all);
      if (status === 0 && !found.length) passed.add(key);
      else if (!found.length) found.push({ file, line: 1, message: all.trim().slice(0, 300) });
      return found;
    });
    if (process.stderr.isTTY && done) process.stderr.write('\n');
    passed.save();
    const seen = new Set(); // a finding in a header comes once per source that includes it
    return findings.flat().filter(({ file, line, message }) => {
      const key = `${file}:${line}:${message}`;
      return !seen.has(key) && seen.add(key);
    });
  },
};
