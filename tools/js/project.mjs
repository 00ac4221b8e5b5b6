// Where things lie: in the tree, in the build folder, and beside the tree.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const build_folder = path.join(root, 'build');
export const release_folder = path.resolve(
  process.env.RUNAHEAD_BUILD ?? path.join(build_folder, 'release'));
export const binary = process.env.RUNAHEAD_BINARY ?? path.join(release_folder, 'runahead');
export const fixtures_folder = path.resolve(
  root, process.env.RUNAHEAD_FIXTURES ?? '../shared/fixtures');
export const testbed_folder = path.resolve(
  root, process.env.RUNAHEAD_TESTBED ?? '../shared/testbed');
export const full = process.env.RUNAHEAD_FULL === '1';

const npm_modules = path.join(build_folder, 'npm/node_modules');

/// The path of anvil, the independent EVM of the tests; undefined where tools/setup could not
/// fetch it.
export function find_anvil() {
  const candidate = process.env.RUNAHEAD_ANVIL ??
    path.join(npm_modules, '@foundry-rs/anvil-linux-amd64/bin/anvil');
  return fs.existsSync(candidate) ? candidate : undefined;
}

/// The folder of the solc package; undefined where tools/setup could not fetch it.
export function find_solc() {
  const candidate = path.join(npm_modules, 'solc');
  return fs.existsSync(candidate) ? candidate : undefined;
}

export const read_json = file => JSON.parse(fs.readFileSync(file, 'utf8'));
