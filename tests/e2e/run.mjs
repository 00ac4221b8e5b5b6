// Runs the end-to-end tests of the built binary, one after the other.
//   node tests/e2e/run.mjs [WORD]   only tests whose name contains WORD
// RUNAHEAD_BINARY names another binary, RUNAHEAD_BUILD another build folder.
import fs from 'node:fs';
import { binary } from '../../tools/js/project.mjs';
import { run_all } from './harness.mjs';

if (!fs.existsSync(binary)) {
  console.log(`there is no binary ${binary}; tools/build makes it`);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}

const folder = new URL('.', import.meta.url);
for (const name of fs.readdirSync(folder).filter(file => file.endsWith('.test.mjs')).sort())
  await import(new URL(name, folder));
process.exit(await run_all(process.argv[2]));
