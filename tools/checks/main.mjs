// tools/tidy: see there.
import path from 'node:path';
import clang_tidy from './clang_tidy.mjs';
import documents from './documents.mjs';
import format from './format.mjs';
import functions from './functions.mjs';
import headers_alone from './headers_alone.mjs';
import includes from './includes.mjs';
import names from './names.mjs';
import private_names from './private_names.mjs';
import scripts from './scripts.mjs';
import text from './text.mjs';
import { Tree } from './tree.mjs';
import unused from './unused.mjs';
import { root } from '../js/project.mjs';

const options = process.argv.slice(2);
const where = options.indexOf('--root');
const [, folder] = where < 0 ? [] : options.splice(where, 2);
const with_clang_tidy = options.includes('--clang-tidy');
const unknown = options.find(option => option !== '--clang-tidy');
if (unknown || (where >= 0 && !folder)) {
  console.error(unknown ? `tidy: unknown option '${unknown}'` : 'tidy: --root needs a folder');
  process.exit(2);
}

const checks = [includes, names, unused, functions, text, private_names, scripts, documents, format,
  headers_alone, ...(with_clang_tidy ? [clang_tidy] : [])];
const tree = new Tree(folder ? path.resolve(folder) : root);
let failed = 0;
for (const check of checks) {
  const findings = await check.run(tree);
  for (const { file, line, message } of findings) console.log(`${file}:${line}: ${message}`);
  if (findings.length) failed += 1;
  console.log(`${findings.length ? 'FAILED' : 'ok    '} ${check.name}` +
    (findings.length ? `: ${findings.length} findings` : ''));
}
console.log(`${checks.length - failed} passed, ${failed} failed, 0 skipped`);
process.exit(failed ? 1 : 0);
