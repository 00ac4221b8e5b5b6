// Include order: a folder includes itself and folders of a lower number, and links what it
// includes.
import { folder_of, is_test, level_of, library_of } from './layout.mjs';

function check_name(tree, file, { line, name }) {
  if (/(^|\/)\.\.?\//.test(name))
    return { file, line, message: `"${name}": write "folder/file.hpp", relative to src/` };
  const target = tree.resolve_include(name);
  if (!target)
    return { file, line,
      message: `"${name}" is no file of src/, include/ or tests/ (others take <…>)` };
  const from = folder_of(file), to = folder_of(target);
  if (!from || is_test(file)) return undefined;
  if (!to) return from === 'embed' || from === 'app' ? undefined :
    { file, line, message: 'the public API is included by embed and app only' };
  if (!(to in level_of)) return { file, line, message: `folder ${to} has no place in the layout` };
  if (from === to || level_of[to] < level_of[from]) return undefined;
  return { file, line, message:
    `${from} (${level_of[from]}) must not include ${to} (${level_of[to]}): only lower folders` };
}

/// Every folder's library, and what its headers' users get from it transitively.
function read_links(tree) {
  const libraries = new Map();
  for (const folder of Object.keys(level_of)) {
    const lists = `src/${folder}/CMakeLists.txt`;
    if (tree.has(lists)) libraries.set(folder, library_of(tree.text(lists)) ?? { name: folder });
  }
  const visible = start => {
    const seen = new Set(), open = [...start];
    while (open.length) {
      const next = open.pop();
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(libraries.get(next)?.LINK ?? []));
    }
    return seen;
  };
  return { libraries, visible };
}

/// Includes of `file` that its library does not link: a header's must come through LINK.
function check_links(tree, file, { libraries, visible }) {
  const from = folder_of(file), library = libraries.get(from);
  if (!library?.SOURCES || is_test(file)) return [];
  const hidden = file.endsWith('.cpp') ? library.PRIVATE_LINK ?? [] : [];
  const seen = visible([...(library.LINK ?? []), ...hidden]);
  return tree.includes(file).flatMap(({ line, name }) => {
    const to = folder_of(tree.resolve_include(name) ?? '');
    if (!to || to === from || seen.has(to)) return [];
    return [{ file, line, message: `src/${from}/CMakeLists.txt does not link ${to}` }];
  });
}

export default {
  name: 'include order',
  async run(tree) {
    const links = read_links(tree), findings = [];
    for (const file of tree.cpp()) {
      for (const include of tree.includes(file)) {
        const finding = check_name(tree, file, include);
        if (finding) findings.push(finding);
      }
      findings.push(...check_links(tree, file, links));
    }
    for (const file of tree.files) {
      const folder = folder_of(file);
      if (folder && !(folder in level_of))
        findings.push({ file, line: 1, message: `folder ${folder} has no place in the layout` });
    }
    return findings;
  },
};
