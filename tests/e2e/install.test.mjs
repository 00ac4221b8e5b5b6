// The embeddable library as others take it in: installed, and as a part of their build.
import assert from 'node:assert';
import path from 'node:path';
import { run, temporary_folder } from '../../tools/js/children.mjs';
import { full, release_folder, root } from '../../tools/js/project.mjs';
import { skip, test } from './harness.mjs';

const folder = temporary_folder('install');
const prefix = path.join(folder, 'prefix');
const samples = path.join(root, 'samples/embed');
const compilers = ['-DCMAKE_C_COMPILER=clang-19', '-DCMAKE_CXX_COMPILER=clang++-19'];

async function succeed(command, args, options) {
  const ended = await run(command, args, options);
  assert.strictEqual(ended.status, 0, `${command} ${args.join(' ')}\n${ended.all}`);
  return ended;
}

/// The project beside the samples, configured in a folder of its own.
async function configure(name, ...args) {
  const build = path.join(folder, name);
  await succeed('cmake', ['-G', 'Ninja', '-S', path.join(samples, 'consumer'), '-B', build,
    ...compilers, ...args]);
  return build;
}

async function build_and_check(build, options) {
  await succeed('cmake', ['--build', build], options);
  await succeed(path.join(samples, 'check'),
    [path.join(build, 'simulate_cpp'), path.join(build, 'simulate_c')]);
}

async function install() {
  await succeed('cmake', ['--build', release_folder, '--target', 'runahead_archive'],
    { timeout_s: 600 });
  await succeed('cmake', ['--install', release_folder, '--prefix', prefix, '--component', 'embed']);
}

test('install: find_package finds the installed library, and both samples run', async () => {
  await install();
  await build_and_check(await configure('installed', `-DCMAKE_PREFIX_PATH=${prefix}`));
});

test('install: pkg-config names what a compiler needs', async () => {
  const where = await run('sh', ['-c', 'command -v pkg-config']);
  if (where.status !== 0) skip('pkg-config is not installed');
  await install();
  const flags = await succeed('pkg-config', ['--static', '--cflags', '--libs', 'runahead'],
    { env: { ...process.env, PKG_CONFIG_PATH: path.join(prefix, 'lib/pkgconfig') } });
  const program = path.join(folder, 'simulate');
  await succeed('clang++-19', ['-std=c++20', '-stdlib=libstdc++', '-o', program,
    path.join(samples, 'simulate.cpp'), ...flags.out.trim().split(/\s+/)]);
  await succeed(program, []);
});

test('install: add_subdirectory builds only the library, and both samples run', async () => {
  const build = await configure('part', `-DRUNAHEAD_SOURCE_DIR=${root}`,
    '-DCMAKE_C_COMPILER_LAUNCHER=ccache', '-DCMAKE_CXX_COMPILER_LAUNCHER=ccache');
  const { out } = await succeed('ninja', ['-C', build, '-t', 'targets', 'all']);
  assert.match(out, /librunahead\.a/);
  assert.doesNotMatch(out, /_test\b|librunahead_(rpc|sources|io)\.a/);
  if (!full) skip('compiling it takes minutes; RUNAHEAD_FULL=1 does');
  await build_and_check(build, { timeout_s: 850 });
});
