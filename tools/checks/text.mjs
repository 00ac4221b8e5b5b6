// Plain text rules: no tabs, no spaces at line ends, a line break at the end, 100 columns in code.
const text_file =
  /\.(cpp|hpp|h|def|mjs|cmake|sol|md|json|txt|yml|html)$|(^|\/)[^./]+$|(^|\/)\.[^/]+$/;
const code_file = /\.(cpp|hpp|h|def|mjs|cmake|sol)$|CMakeLists\.txt$/;
const columns = 100;

function check_file(tree, file) {
  const text = tree.text(file), lines = tree.lines(file), findings = [];
  const report = (line, message) => findings.push({ file, line, message });
  const code = code_file.test(file) || /^#!/.test(text);
  lines.forEach((line, i) => {
    if (line.includes('\t')) report(i + 1, 'a tab');
    if (/[ \r]$/.test(line)) report(i + 1, 'white space at the end of the line');
    const width = [...line].length;
    if (code && width > columns) report(i + 1, `${width} columns (at most ${columns})`);
  });
  if (text && !text.endsWith('\n')) report(lines.length, 'no line break at the end of the file');
  return findings;
}

export default {
  name: 'text',
  async run(tree) {
    return tree.files.filter(file => text_file.test(file)).flatMap(file => check_file(tree, file));
  },
};
