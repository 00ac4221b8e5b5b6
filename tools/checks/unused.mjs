// Files nobody uses: sources that no CMakeLists.txt lists, headers that nobody but their own
// source includes.
import path from 'node:path';
import { is_test } from './layout.mjs';

const stem = file => file.replace(/(_test|_bench)?\.(cpp|hpp|h)$/, '');

function listed_sources(tree) {
  const listed = new Set();
  for (const lists of tree.matching(/(^|\/)(CMakeLists\.txt|[^/]+\.cmake)$/)) {
    const folder = path.posix.dirname(lists);
    const plain = tree.text(lists).replace(/#.*/g, '').replaceAll('${PROJECT_SOURCE_DIR}/', '//');
    for (const [word] of plain.matchAll(/[^\s()"]+\.cpp\b/g))
      listed.add(word.startsWith('//') ? word.slice(2) : path.posix.join(folder, word));
  }
  return listed;
}

export default {
  name: 'unused files',
  async run(tree) {
    const listed = listed_sources(tree), included = new Set(), findings = [];
    for (const file of tree.cpp()) {
      for (const { name } of tree.includes(file)) {
        const target = tree.resolve_include(name);
        if (target && (stem(target) !== stem(file))) included.add(target);
      }
    }
    for (const file of tree.cpp()) {
      const source = file.endsWith('.cpp');
      if (source && !listed.has(file))
        findings.push({ file, line: 1, message: 'no CMakeLists.txt lists it' });
      if (!source && file.startsWith('src/') && !included.has(file) && !is_test(file))
        findings.push({ file, line: 1, message: 'nobody but its own source or test includes it' });
    }
    return findings;
  },
};
