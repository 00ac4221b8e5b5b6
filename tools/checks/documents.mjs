// Documents: every relative link leads to a file of the tree.
import fs from 'node:fs';
import path from 'node:path';

export default {
  name: 'links in documents',
  async run(tree) {
    return tree.matching(/\.md$/).flatMap(file => tree.lines(file).flatMap((line, i) =>
      [...line.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => {
        const name = target.replace(/#.*/, '');
        if (!name || /^[a-z]+:/.test(name)) return [];
        const there = path.join(tree.root, path.dirname(file), name);
        if (fs.existsSync(there)) return [];
        return [{ file, line: i + 1, message: `no such file: ${target}` }];
      })));
  },
};
