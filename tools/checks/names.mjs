// File names say what a file is about.
import path from 'node:path';

const empty_words = /(^|_)(utils?|helpers?|common|misc|manager)(_|$)/;

export default {
  name: 'file names',
  async run(tree) {
    return tree.matching(/^(src|include|tests|tools|fuzz|bench)\//).flatMap(file => {
      const words = file.split('/').map(part => path.parse(part).name);
      const word = words.find(part => empty_words.test(part));
      return word ? [{ file, line: 1, message: `"${word}" does not say what it is about` }] : [];
    });
  },
};
