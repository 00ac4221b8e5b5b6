// Every command that a document shows. Blocks marked `sh run` are run here, from the root of the
// tree; blocks marked `sh shown` hold only commands that CI itself is made of.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { start_anvil } from '../../tools/js/anvil.mjs';
import { free_port, run, temporary_folder } from '../../tools/js/children.mjs';
import { binary, find_anvil, find_solc, release_folder, root, testbed_folder }
  from '../../tools/js/project.mjs';
import { unpack_fixture } from '../fixtures.mjs';
import { skip, test } from './harness.mjs';
import { testbed_file } from './runahead.mjs';

const shown_only =
  /^(\.\/(demo|test)( --(full|only \w+))?|tools\/(setup|build|fuzz)( --build| \w+)?)$/;

const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md',
  ...fs.readdirSync(path.join(root, 'docs'), { recursive: true }).map(String)
    .filter(name => name.endsWith('.md')).map(name => path.join('docs', name)).sort()];

/// Fenced blocks of a document: [{line, mark, text}].
function blocks_of(document) {
  const blocks = [];
  let open;
  fs.readFileSync(path.join(root, document), 'utf8').split('\n').forEach((line, i) => {
    const fence = /^```(.*)$/.exec(line);
    if (!fence) { open?.lines.push(line); return; }
    if (open) { blocks.push(open); open = undefined; }
    else open = { line: i + 1, mark: fence[1].trim(), lines: [] };
  });
  return blocks;
}

/// A node with the testbed's state, for commands that take $NODE.
async function testbed_node(folder) {
  if (!find_anvil()) skip('anvil is not there; tools/setup fetches it');
  const state = path.join(folder, 'state.json');
  fs.writeFileSync(state, execFileSync('xz', ['-dc', testbed_file('anvil-state.json.xz')],
    { maxBuffer: 1 << 28 }));
  return start_anvil(['--load-state', state]);
}

/// Unpacks the archives that the commands read.
async function unpack_fixtures_of(text) {
  for (const [, archive] of text.matchAll(/\bbuild\/fixtures\/([\w-]+)/g)) {
    const { skip: reason, failure } = await unpack_fixture(archive);
    assert.ok(!failure, failure);
    if (reason) skip(reason);
  }
}

async function run_block(text) {
  await unpack_fixtures_of(text);
  if (text.includes('tools/compile-samples') && !(find_anvil() && find_solc()))
    skip('anvil or solc is not there; tools/setup fetches them');
  if (text.includes('$TESTBED')) testbed_file('scenarios.json');
  const folder = temporary_folder('documents');
  const node = text.includes('$NODE') ? await testbed_node(folder) : undefined;
  try {
    const script = text.replace(/\bbuild\/release\/(\w+)/g,
      (_, name) => name === 'runahead' ? binary : path.join(release_folder, name));
    const { status, all } = await run('bash', ['-euo', 'pipefail', '-c', script],
      { cwd: root, env: { ...process.env, NODE: node?.url, TESTBED: testbed_folder,
        PORT: String(await free_port()) } });
    assert.strictEqual(status, 0, `exit status ${status}:\n${all}`);
    // A call to an account without code succeeds too, with nothing: the address is old then.
    assert.doesNotMatch(all, /^0x$|"output":"0x"/m);
  } finally {
    await node?.stop();
  }
}

test('documents: there are commands to run', () => {
  const marks = documents.flatMap(blocks_of).map(({ mark }) => mark);
  assert.ok(marks.filter(mark => mark === 'sh run').length >= 5);
});

for (const document of documents) {
  for (const { line, mark, lines } of blocks_of(document)) {
    if (!/^(sh|bash|shell|console)\b/.test(mark)) continue;
    test(`documents: ${document}:${line}`, async () => {
      if (mark === 'sh run') { await run_block(lines.join('\n')); return; }
      assert.strictEqual(mark, 'sh shown', 'mark the block `sh run` or `sh shown`');
      for (const text of lines.map(entry => entry.replace(/\s+#.*/, '').trim()).filter(Boolean))
        assert.match(text, shown_only, 'a command that no test runs');
    });
  }
}
