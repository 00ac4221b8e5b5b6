// Functions of C++ are at most 70 lines. Tables and generated dispatch may be longer; they say so
// with `// tidy: long, REASON` on the line above or at the end of the first line.
const limit = 70;

/// The text with comments, literals and preprocessor lines blanked, line breaks kept.
export function blank(text) {
  const pattern = new RegExp([
    String.raw`//[^\n]*`,
    String.raw`/\*[\s\S]*?\*/`,
    String.raw`R"([^()\s\\]{0,16})\([\s\S]*?\)\1"`,
    String.raw`"(?:\\.|[^"\\\n])*"`,
    String.raw`(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'`,
    String.raw`^[ \t]*#(?:[^\n]*\\\n)*[^\n]*`,
  ].join('|'), 'gm');
  return text.replace(pattern, match => match.replace(/[^\n]/g, ' '));
}

/// What a `{` opens, told by the text before it and the scope around it; 'within' is an initialiser
/// inside the head of a function.
function kind_of(head, around) {
  if (around === 'function' || around === 'other') return 'other';
  if (/\bnamespace\b|\bextern\s*$/.test(head)) return 'namespace';
  const outside = head.replace(/<[^<>()]*>/g, '');
  if (/\b(class|struct|union|enum)\b/.test(outside) && !/\)\s*[\w\s]*$/.test(outside))
    return 'type';
  const opened = head.split('(').length, closed = head.split(')').length;
  if (opened > closed) return 'within'; // f(Options o = {})
  if (/\)\s*(noexcept\s*)?:[^:][\s\S]*[\w>]\s*$/.test(head)) return 'within'; // X() : a{1} {}
  if (/=\s*$/.test(head)) return 'other';
  return head.includes('(') ? 'function' : 'other';
}

/// Functions of a text: [{first, last}], lines counted from 1.
export function functions_in(text) {
  const plain = blank(text), scopes = [], found = [];
  let head_start = 0, line = 1, head_line = 1, fresh = true;
  for (let i = 0; i < plain.length; i += 1) {
    const c = plain[i];
    if (c === '\n') { line += 1; continue; }
    if (fresh && /\S/.test(c)) { head_start = i; head_line = line; fresh = false; }
    if (c === '{') {
      const kind = kind_of(plain.slice(head_start, i), scopes.at(-1)?.kind ?? 'namespace');
      scopes.push({ kind, first: head_line, head_start });
      fresh = true;
    } else if (c === '}') {
      const scope = scopes.pop();
      if (scope?.kind === 'function') found.push({ first: scope.first, last: line });
      fresh = scope?.kind !== 'within';
      if (!fresh) { head_start = scope.head_start; head_line = scope.first; }
    } else if (c === ';') {
      fresh = true;
    }
  }
  return found;
}

export default {
  name: 'function length',
  async run(tree) {
    return tree.cpp().flatMap(file => {
      const lines = tree.lines(file);
      const excused = ({ first }) => /\/\/ tidy: long, \w/.test(
        `${lines[first - 2] ?? ''}\n${lines[first - 1]}`);
      return functions_in(tree.text(file))
        .filter(f => f.last - f.first + 1 > limit && !excused(f))
        .map(({ first, last }) => ({ file, line: first,
          message: `function of ${last - first + 1} lines (at most ${limit})` }));
    });
  },
};
