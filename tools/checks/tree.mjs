// The files of the tree as the checks see them: what git tracks or would track.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const never = new Set(['.git', 'build', 'node_modules', '.cache']);

function walk(root, folder, files) {
  for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) { if (!never.has(entry.name)) walk(root, name, files); }
    else if (entry.isFile()) files.push(name);
  }
  return files;
}

function list_files(root) {
  if (!fs.existsSync(path.join(root, '.git'))) return walk(root, '', []);
  const output = execFileSync('git', ['-C', root, '-c', `safe.directory=${root}`, 'ls-files', '-z',
    '--cached', '--others', '--exclude-standard'], { maxBuffer: 1 << 26 }).toString();
  return output.split('\0').filter(name => name && fs.existsSync(path.join(root, name)));
}

export class Tree {
  constructor(root) {
    this.root = root;
    this.files = [...new Set(list_files(root))].sort();
    this.set = new Set(this.files);
    this.texts = new Map();
  }

  has(file) { return this.set.has(file); }
  absolute(file) { return path.join(this.root, file); }

  text(file) {
    if (!this.texts.has(file)) this.texts.set(file, fs.readFileSync(this.absolute(file), 'utf8'));
    return this.texts.get(file);
  }

  /// Lines without their ends; a last empty piece is dropped.
  lines(file) {
    const lines = this.text(file).split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines;
  }

  matching(pattern) { return this.files.filter(file => pattern.test(file)); }

  /// C++ of ours.
  cpp() { return this.matching(/^(src|include|tests|fuzz|bench)\/.*\.(cpp|hpp|h)$/); }
  headers() { return this.matching(/^(src|include)\/.*\.(hpp|h)$/); }

  /// Scripts by their first line: 'bash', 'sh' or 'node'.
  scripts(kind) {
    return this.files.filter(file => !/\.(json|xz|zst|md|cpp|hpp)$/.test(file) &&
      new RegExp(`^#!.*\\b${kind}\\b`).test(this.text(file).slice(0, 80)));
  }

  /// `#include "…"` lines: [{line, name}].
  includes(file) {
    const found = [];
    this.lines(file).forEach((text, i) => {
      const match = /^\s*#\s*include\s+"([^"]+)"/.exec(text);
      if (match) found.push({ line: i + 1, name: match[1] });
    });
    return found;
  }

  /// The file that an include names, relative to src/, include/ or tests/; undefined if there is
  /// none.
  resolve_include(name) {
    return [`src/${name}`, `include/${name}`, `tests/${name}`].find(file => this.has(file));
  }

  /// The file and all files of ours that it includes, transitively, sorted.
  closure(file) {
    const seen = new Set(), open = [file];
    while (open.length) {
      const next = open.pop();
      if (seen.has(next)) continue;
      seen.add(next);
      for (const { name } of this.includes(next)) {
        const target = this.resolve_include(name);
        if (target) open.push(target);
      }
    }
    return [...seen].sort();
  }
}
