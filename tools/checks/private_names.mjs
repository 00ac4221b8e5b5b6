// What would tie the tree to one machine: absolute paths of it, hosts of its package registries.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from '../js/children.mjs';

const host_of = text => /^[a-z+]+:\/\/(?:[^/@\s]*@)?([^/:\s]+\.[^/:\s]+)/i.exec(text)?.[1];

/// The hosts that apt and npm of this machine are set to.
async function registry_hosts() {
  const texts = [(await run('npm', ['config', 'get', 'registry'])).out];
  const folder = '/etc/apt/sources.list.d';
  const lists = ['/etc/apt/sources.list',
    ...(fs.existsSync(folder) ? fs.readdirSync(folder).map(name => path.join(folder, name)) : [])];
  for (const file of lists.filter(name => fs.existsSync(name)))
    texts.push(...fs.readFileSync(file, 'utf8').split(/\s+/));
  return [...new Set(texts.map(text => host_of(text.trim())).filter(Boolean))];
}

export default {
  name: 'machine paths and registry hosts',
  async run(tree) {
    const above = path.dirname(tree.root);
    const words = await registry_hosts();
    const folders = [...['home', 'root', 'Users'].map(name => `/${name}/`),
      `${os.homedir()}/`, `${above}/`].filter(name => /[^/]/.test(name));
    const escaped = text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const pattern = new RegExp([
      ...words.map(word => `(?<![\\w.-])${escaped(word)}`),
      ...folders.map(folder => `(?<![\\w.~}-])${escaped(folder)}`),
      '//(?:registry|artifactory|nexus|pypi|mirrors?)\\.[\\w-]+\\.',
    ].join('|'));
    return tree.files.filter(file => !/\.(xz|zst)$/.test(file)).flatMap(file =>
      tree.lines(file).flatMap((line, i) => pattern.test(line) ?
        [{ file, line: i + 1, message: `names ${pattern.exec(line)[0]}` }] : []));
  },
};
