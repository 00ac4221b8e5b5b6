// The folders of src/ and which may include which (docs/architecture.md, "Layout").
export const level_of = {
  base: 0,
  crypto: 1, io: 1, spec: 1,
  code: 2, state: 2,
  machine: 3,
  ops: 4,
  interp: 5, depblock: 5, sources: 5,
  native: 6, llvm: 6, speculate: 6,
  tx: 7,
  block: 8,
  rpc: 9, statetest: 9, embed: 9,
  bench: 10,
  app: 11,
};

/// The folder of a file under src/, else undefined.
export const folder_of = file => /^src\/([^/]+)\//.exec(file)?.[1];

/// Tests and benchmarks, and what they share, stand beside the code but are linked above it.
export const is_test = file => /_(test|bench)\.cpp$|_for_test\.hpp$/.test(file);

/// The words of every call of `command` in a CMakeLists.txt: [[word…]…].
export function cmake_calls(text, command) {
  const plain = text.replace(/#.*/g, '');
  return [...plain.matchAll(new RegExp(`\\b${command}\\s*\\(([^)]*)\\)`, 'g'))]
    .map(match => match[1].split(/\s+/).filter(Boolean));
}

const library_keywords =
  new Set(['CORE', 'SOURCES', 'LINK', 'PRIVATE_LINK', 'TESTS', 'TEST_LINK']);

/// runahead_library(…) of a folder's CMakeLists.txt as {name, LINK: […], …}; undefined if there is
/// none.
export function library_of(text) {
  const [words] = cmake_calls(text, 'runahead_library');
  if (!words) return undefined;
  const library = { name: words[0] };
  let key;
  for (const word of words.slice(1)) {
    if (library_keywords.has(word)) library[key = word] = [];
    else if (key) library[key].push(word);
  }
  return library;
}
