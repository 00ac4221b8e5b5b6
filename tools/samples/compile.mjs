// Compiles the Solidity sources of samples/contracts.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { find_solc, root } from '../js/project.mjs';

export const contracts_folder = path.join(root, 'samples/contracts');

/// One artefact per file X.sol: contract X with its ABI, selectors and code. Throws on a compiler
/// error or warning. `creation` is for deploying and is not committed.
export function compile() {
  const files = fs.readdirSync(contracts_folder).filter(name => name.endsWith('.sol')).sort();
  const sources = Object.fromEntries(files.map(name =>
    [name, { content: fs.readFileSync(path.join(contracts_folder, name), 'utf8') }]));
  const settings = {
    optimizer: { enabled: true, runs: 200 },
    evmVersion: 'prague',
    metadata: { appendCBOR: false, bytecodeHash: 'none' },
    outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object',
      'evm.methodIdentifiers'] } },
  };
  const solc = createRequire(import.meta.url)(find_solc());
  const input = JSON.stringify({ language: 'Solidity', sources, settings });
  const output = JSON.parse(solc.compile(input));
  if (output.errors?.length) throw new Error(output.errors.map(e => e.formattedMessage).join('\n'));
  return Object.fromEntries(files.map(file => {
    const name = path.basename(file, '.sol');
    const { abi, evm } = output.contracts[file][name];
    const artefact = {
      contract: name,
      source: `samples/contracts/${file}`,
      compiler: solc.version().replace(/\.Emscripten.*/, ''),
      settings: { optimizer: settings.optimizer, evmVersion: settings.evmVersion },
      selectors: evm.methodIdentifiers,
      abi,
      runtime: '0x' + evm.deployedBytecode.object,
    };
    return [name, { artefact, creation: '0x' + evm.bytecode.object }];
  }));
}
