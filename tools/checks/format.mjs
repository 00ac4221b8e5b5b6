// The style of .clang-format.
import { run } from '../js/children.mjs';
import { diagnostics, in_parallel, Passed, version_of } from './compiler.mjs';

export default {
  name: 'clang-format',
  async run(tree) {
    const formatter = await version_of('clang-format-19'), passed = new Passed(tree, 'format');
    const style = tree.has('.clang-format') ? tree.text('.clang-format') : '';
    const findings = await in_parallel(tree.cpp(), async file => {
      const key = Passed.key(formatter, style, tree.text(file));
      if (passed.has(key)) return [];
      const { status, all } = await run('clang-format-19', ['--dry-run', '-Werror', file],
        { cwd: tree.root });
      if (status === 0) { passed.add(key); return []; }
      const [first] = diagnostics(tree, all);
      return [{ file, line: first?.line ?? 1, message: 'not as clang-format-19 -i leaves it' }];
    });
    passed.save();
    return findings.flat();
  },
};
