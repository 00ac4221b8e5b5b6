// The test runners: what is run, in which order, with which limits.
import path from 'node:path';
import fs from 'node:fs';
import { run } from '../tools/js/children.mjs';
import { binary, full, release_folder, root, testbed_folder } from '../tools/js/project.mjs';
import { unpack_fixture, unpacked_folder } from './fixtures.mjs';

/// A runner that only says that something could not be run at all.
const broken = (name, why) =>
  ({ name, command: 'sh', args: ['-c', 'printf "%s\\n" "$1" >&2; exit 1', '_', why] });

/// What unit tests find in their environment: the testbed, and the fixtures unpacked.
const unit_test_environment =
  { RUNAHEAD_TESTBED: testbed_folder, RUNAHEAD_FIXTURES: unpacked_folder };

/// What unit tests read; a test whose fixtures are not there says so and is skipped.
function fixtures_of(name) {
  const some = ['misc-tests', 'rpc-compat', 'mainnet-blocks'];
  return name === 'blocks_test' ?
    [...some, 'evm-benchmarks', ...state_archives, ...block_archives] : some;
}

/// Every GoogleTest executable that CMake knows.
async function unit_tests() {
  const { status, out, all } = await run('ctest',
    ['--test-dir', release_folder, '--show-only=json-v1']);
  if (status !== 0) return [broken('unit tests', `ctest cannot list them:\n${all}`)];
  const tests = JSON.parse(out).tests;
  if (!tests.length) return [broken('unit tests', 'CMake knows of no test')];
  const env = unit_test_environment;
  return tests.map(({ name, command }) => command ?
    { name, prepare: async () => {
      for (const fixture of fixtures_of(name)) await unpack_fixture(fixture);
      return { name, command: command[0], args: command.slice(1), env,
        timeout_s: full ? 7200 : 900 };
    } } :
    broken(name, 'it is not built'));
}

/// Benchmarks are no tests: each is run for a moment, so that it does not rot.
function benchmarks() {
  if (!fs.existsSync(release_folder)) return [];
  return fs.readdirSync(release_folder).filter(name => name.endsWith('_bench')).sort()
    .map(name => ({ name, command: 'bash', timeout_s: 300, args: ['-c',
      '"$1" --benchmark_min_time=0.001 && echo "1 passed, 0 failed, 0 skipped"', '_',
      path.join(release_folder, name)] }));
}

/// `runahead COMMAND` over one archive of consensus fixtures, which is unpacked when its turn
/// comes; `words` describe the options.
function fixture_tests(command, archive, options = [], words = '') {
  const name = `${command} ${archive}${words && ` ${words}`}`;
  const prepare = async () => {
    const { folder, skip, failure } = await unpack_fixture(archive);
    if (failure) return broken(name, failure);
    if (skip) return { name, skip };
    return { name, command: binary, args: [command, ...options, folder],
      timeout_s: full ? 7200 : 900 };
  };
  return { name, prepare };
}

const state_archives = ['eest-state', 'state-tests'];
const block_archives = ['blockchain-tests', 'eest-bc-prague', 'eest-bc-osaka'];

/// The same cases again through an evaluation over a delayed, disordered and faulty source, which
/// must end as the direct run does: all of them, or a seeded sample.
function delayed_tests() {
  const seed = process.env.RUNAHEAD_SEED ?? String(Math.floor(Math.random() * 2 ** 32));
  const sample = part => full ? [] : ['--sample', part, '--seed', seed];
  const runner = (command, archive, speculation, part) =>
    fixture_tests(command, archive,
      ['--delayed', seed, '--speculation', speculation, ...sample(part)],
      `delayed, ${speculation}, seed ${seed}`);
  return [
    ...['off', 'lean', 'full'].flatMap(speculation =>
      state_archives.map(archive => runner('statetest', archive, speculation, '1/5'))),
    ...block_archives.map(archive => runner('blocktest', archive, 'full', '1/10')),
  ];
}

/// Built with sanitizers of its own, so only in the heavy matrices.
const fuzzers = () => full ?
  [{ name: 'fuzz', command: path.join(root, 'tools/fuzz'), args: ['600'], timeout_s: 7200 }] : [];

export async function list_runners() {
  const tidy_options = full ? ['--clang-tidy'] : [];
  return [
    { name: 'tidy', command: path.join(root, 'tools/tidy'), args: tidy_options, timeout_s: 7200 },
    ...await unit_tests(),
    ...benchmarks(),
    ...state_archives.map(archive => fixture_tests('statetest', archive)),
    ...block_archives.map(archive => fixture_tests('blocktest', archive)),
    fixture_tests('replay', 'mainnet-blocks'),
    ...delayed_tests(),
    ...fuzzers(),
    { name: 'e2e', command: process.execPath, args: [path.join(root, 'tests/e2e/run.mjs')],
      timeout_s: full ? 7200 : 900 },
  ];
}
