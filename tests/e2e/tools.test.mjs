// The tools themselves: tidy finds what it should find, the sum of runners counts what it should.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { run, temporary_folder } from '../../tools/js/children.mjs';
import { root } from '../../tools/js/project.mjs';
import { skip, test } from './harness.mjs';

const folder = temporary_folder('tools');
let made = 0;

const in_namespace = text => `namespace runahead {\n${text}\n} // namespace runahead\n`;
const clean = {
  '.clang-format': fs.readFileSync(path.join(root, '.clang-format'), 'utf8'),
  'src/base/CMakeLists.txt': 'runahead_library(base CORE\n  SOURCES number.cpp)\n',
  'src/base/number.hpp': `#pragma once\n${in_namespace('int three();')}`,
  'src/base/number.cpp': `#include "base/number.hpp"\n${in_namespace('int three() { return 3; }')}`,
  'src/state/CMakeLists.txt': 'runahead_library(state CORE\n  SOURCES key.cpp\n  LINK base)\n',
  'src/state/key.cpp':
    `#include "base/number.hpp"\n${in_namespace('int key() { return three(); }')}`,
  'tools/run': '#!/usr/bin/env bash\ntrue\n',
  'README.md': 'See [the run script](tools/run).\n',
};

/// Runs tidy over the clean tree with some files replaced, added or (undefined) left out.
async function tidy(changes, modes = {}) {
  made += 1;
  const tree = path.join(folder, `tree-${made}`);
  for (const [name, text] of Object.entries({ ...clean, ...changes })) {
    if (text === undefined) continue;
    const file = path.join(tree, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { mode: modes[name] ?? (text.startsWith('#!') ? 0o755 : 0o644) });
  }
  return run(path.join(root, 'tools/tidy'), ['--root', tree]);
}

test('tidy finds nothing in a clean tree', async () => {
  const { status, all } = await tidy({});
  assert.strictEqual(status, 0, all);
  assert.match(all, /\n\d+ passed, 0 failed, 0 skipped\n$/);
});

const long_function = in_namespace(`int f() {\n${'  (void)0;\n'.repeat(69)}  return 0;\n}`);
const key = clean['src/state/key.cpp'];
const above = path.dirname(root);
const findings = {
  'an include of a higher folder': [{ 'src/base/number.cpp':
    '#include "base/number.hpp"\n#include "state/key.hpp"\nint runahead::three() { return 3; }\n',
    'src/state/key.hpp': '#pragma once\n' },
    /src\/base\/number\.cpp:2: base \(0\) must not include state \(2\)/],
  'an include of a folder that is not linked': [{ 'src/state/CMakeLists.txt':
    'runahead_library(state CORE\n  SOURCES key.cpp)\n' }, /key\.cpp:1: .* does not link base/],
  'a header that includes what is linked privately': [{ 'src/state/CMakeLists.txt':
    'runahead_library(state\n  SOURCES key.cpp\n  PRIVATE_LINK base)\n',
    'src/state/word.hpp': '#pragma once\n#include "base/number.hpp"\n' },
    /word\.hpp:2: .* does not link base/],
  'an include of nothing': [{ 'src/state/key.cpp': '#include "base/none.hpp"\n' },
    /key\.cpp:1: "base\/none\.hpp" is no file/],
  'an include upwards': [{ 'src/state/key.cpp': '#include "../base/number.hpp"\n' },
    /key\.cpp:1: .*relative to src/],
  'a folder without a place': [{ 'src/magic/a.hpp': '#pragma once\n' },
    /src\/magic\/a\.hpp:1: folder magic has no place/],
  'a source that nobody lists': [{ 'src/state/lost.cpp': 'int lost;\n' },
    /lost\.cpp:1: no CMakeLists\.txt lists it/],
  'a header that nobody includes': [{ 'src/state/lost.hpp': '#pragma once\n' },
    /lost\.hpp:1: nobody but its own/],
  'a header that does not compile alone': [
    { 'src/state/bad.hpp': '#pragma once\nstd::string s();\n' }, /bad\.hpp:2: .*std/],
  'a header without a guard': [
    { 'src/base/number.hpp': in_namespace('struct Three {};') }, /number\.hpp:2: redefinition/],
  'a long function': [{ 'src/state/key.cpp': long_function }, /key\.cpp:2: function of 72 lines/],
  'a tab': [{ 'src/state/key.cpp': key.replace('int key', '\tint key') }, /key\.cpp:3: a tab/],
  'a long line': [{ 'tools/run': `#!/usr/bin/env bash\n# ${'x'.repeat(99)}\n` },
    /tools\/run:2: 101 columns/],
  'white space at the end of a line': [{ 'README.md': 'Read me. \n' }, /README\.md:1: white space/],
  'no line break at the end': [{ 'README.md': 'Read me.' }, /README\.md:1: no line break/],
  'other formatting': [{ 'src/state/key.cpp': key.replace('{ return', '{return') },
    /key\.cpp:3: not as clang-format/],
  'a script without the run bit': [{}, /tools\/run:1: .*no run bit/, { 'tools/run': 0o644 }],
  'a script that bash cannot read': [
    { 'tools/run': '#!/usr/bin/env bash\nif true\n' }, /tools\/run:\d+: /],
  'a script that node cannot read': [
    { 'tools/run.mjs': 'const = 1;\n' }, /tools\/run\.mjs:\d+: /],
  'a dead link': [
    { 'README.md': '[gone](docs/gone.md)\n' }, /README\.md:1: no such file: docs\/gone/],
  'a name that says nothing': [
    { 'tools/utils.mjs': 'export {};\n' }, /tools\/utils\.mjs:1: "utils"/],
  'a path of a home folder': [
    { 'README.md': `See /${'home'}/me/x.\n` }, /README\.md:1: names \/home\//],
  'a host of a registry': [{ 'README.md': `See https://${'registry'}.example.org/x.\n` },
    /README\.md:1: names \/\/registry\./],
};

for (const [name, [changes, pattern, modes]] of Object.entries(findings)) {
  test(`tidy finds ${name}`, async () => {
    const { status, all } = await tidy(changes, modes);
    assert.strictEqual(status, 1, all);
    assert.match(all, pattern);
    assert.match(all, /\n\d+ passed, [1-9]\d* failed, 0 skipped\n$/);
  });
}

test('tidy finds the folder above the tree', async () => {
  if (above === '/') skip('the tree lies at the top');
  const there = path.join(folder, `tree-${made + 1}`);
  const { all } = await tidy({ 'README.md': `See ${path.dirname(there)}/x.\n` });
  assert.match(all, /README\.md:1: names /);
});

test('tidy lets a long table be', async () => {
  const { status, all } = await tidy({
    'src/state/key.cpp': `${clean['src/state/key.cpp'].split('\n')[0]}\n${
      long_function.replace('int f()', '// tidy: long, a table\nint f()')}` });
  assert.match(all, /ok {5}function length/);
  assert.strictEqual(status, 0, all);
});

/// Runs the runners of a build folder made of shell scripts: {name: script}.
async function run_scripts(scripts) {
  made += 1;
  const build = path.join(folder, `build-${made}`);
  fs.mkdirSync(build);
  for (const [name, script] of Object.entries(scripts))
    fs.writeFileSync(path.join(build, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  fs.writeFileSync(path.join(build, 'CTestTestfile.cmake'),
    Object.keys(scripts).map(name => `add_test(${name} "${build}/${name}")\n`).join(''));
  return run(process.execPath, [path.join(root, 'tests/run.mjs'), '--only', 'script'],
    { env: { ...process.env, RUNAHEAD_BUILD: build, RUNAHEAD_LOGS: path.join(build, 'logs') } });
}

const good_script = 'echo "3 passed, 0 failed, 1 skipped"';
const sums = {
  'adds up what passed and was skipped': [{ script_a: good_script, script_b: good_script },
    0, /\n6 passed, 0 failed, 2 skipped\n$/],
  'adds up what failed': [
    { script_a: good_script, script_b: 'echo why; echo "1 passed, 2 failed, 0 skipped"; exit 1' },
    1, /\nwhy\n[^]*\n4 passed, 2 failed, 1 skipped\n$/],
  'counts a crash as a failure': [{ script_a: good_script, script_b: 'kill -SEGV $$' },
    1, /script_b: ended by SIGSEGV\n[^]*\n3 passed, 1 failed, 1 skipped\n$/],
  'counts a crash after the counts as a failure': [{ script_a: `${good_script}; kill -ABRT $$` },
    1, /script_a: ended by SIGABRT\n[^]*\n3 passed, 1 failed, 1 skipped\n$/],
  'counts a missing last line as a failure': [{ script_a: 'echo all is well' },
    1, /without its last line\n[^]*\n0 passed, 1 failed, 0 skipped\n$/],
  'counts a bad exit status as a failure': [{ script_a: `${good_script}; exit 3` },
    1, /exit status 3 although[^]*\n3 passed, 1 failed, 1 skipped\n$/],
  'counts an exit status that hides failures': [
    { script_a: 'echo "1 passed, 1 failed, 0 skipped"' }, 1, /\n1 passed, 2 failed, 0 skipped\n$/],
  'counts having nothing to run as a failure': [{}, 1, /\n0 passed, 1 failed, 0 skipped\n$/],
};

for (const [name, [scripts, expected, pattern]] of Object.entries(sums)) {
  test(`the sum of runners ${name}`, async () => {
    const { status, out, all } = await run_scripts(scripts);
    assert.strictEqual(status, expected, all);
    assert.match(out, pattern);
  });
}

test('the sum of runners says why tests were skipped', async () => {
  const gtest =
    'echo "x_test.cpp:12: Skipped"; echo "no moon"; echo "0 passed, 0 failed, 1 skipped"';
  const { out } = await run_scripts({
    script_a: 'echo "skipped 4: no sun"; echo "1 passed, 0 failed, 4 skipped"',
    script_b: 'echo "skipped a: b (0.10 s): no sun"; echo "1 passed, 0 failed, 1 skipped"',
    script_c: gtest });
  assert.match(out, /\nskipped:\n +5 {2}no sun\n +1 {2}no moon\n/);
});

test('set-up is quick when all is there', async () => {
  const { status, all, seconds } = await run(path.join(root, 'tools/setup'), ['--build']);
  assert.strictEqual(status, 0, all);
  assert.match(all, /^setup: all there\n$/);
  assert.ok(seconds < 5, `${seconds} s`);
});

for (const tool of ['tools/setup', 'tools/tidy', 'tools/compile-samples', 'test'])
  test(`${tool} refuses an unknown option`, async () => {
    const { status, err } = await run(path.join(root, tool), ['--fast']);
    assert.strictEqual(status, 2);
    assert.match(err, /--fast/);
  });
