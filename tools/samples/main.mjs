// tools/compile-samples: see there.
import fs from 'node:fs';
import path from 'node:path';
import { find_anvil, find_solc, root } from '../js/project.mjs';
import { make_calls } from './calls.mjs';
import { compile } from './compile.mjs';
import { make_state } from './state.mjs';

const options = process.argv.slice(2);
const check = options.includes('--check');
const unknown = options.find(option => option !== '--check');
if (unknown) {
  console.error(`compile-samples: unknown option '${unknown}' (there is only --check)`);
  process.exit(2);
}
if (!find_anvil() || !find_solc()) {
  console.error('compile-samples: anvil or solc is missing; tools/setup fetches them');
  process.exit(1);
}

const contracts = compile();
const made = await make_state(contracts);
const results = {
  'sample-state.json': made.state,
  'calls.json': await make_calls(made, contracts),
};
for (const [name, { artefact }] of Object.entries(contracts))
  results[`artefacts/${name}.json`] = artefact;

let different = 0;
for (const [name, content] of Object.entries(results)) {
  const file = path.join(root, 'samples', name);
  const text = JSON.stringify(content, null, 1) + '\n';
  const same = fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text;
  if (same) continue;
  different += 1;
  if (check) {
    console.error(`samples/${name}: differs from what its sources give`);
  } else {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    console.log(`samples/${name}: written`);
  }
}
console.log(`${Object.keys(results).length} files, ${different} ${check ? 'differ' : 'changed'}`);
process.exit(check && different ? 1 : 0);
