// What a JSON value looks like, for answers whose content is up to the server: types, keys, and
// what kind of hex a text is.
import assert from 'node:assert';

function kind_of_text(text) {
  if (/^0x[0-9a-f]{40}$/.test(text)) return 'address';
  if (/^0x[0-9a-f]{64}$/.test(text)) return 'word';
  if (/^0x(0|[1-9a-f][0-9a-f]*)$/.test(text)) return 'quantity';
  return /^0x([0-9a-f]{2})*$/.test(text) ? 'bytes' : 'text';
}

/// The kinds that stand for one another: a quantity may look like bytes, and bytes have any size.
const alike = new Set(['quantity bytes', 'bytes quantity', 'bytes word', 'word bytes',
  'bytes address', 'address bytes', 'quantity word', 'word quantity', 'quantity address']);

const type_of = value => value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

/// Keys that all of some objects have, and those that any has.
function keys_of(objects) {
  const every = objects.map(object => new Set(Object.keys(object)));
  const any = new Set(every.flatMap(keys => [...keys]));
  return { any, all: [...any].filter(key => every.every(keys => keys.has(key))) };
}

/// Checks a value against examples of what it may look like.
function check_like(actual, examples, where) {
  const types = new Set(examples.map(type_of));
  assert.ok(types.has(type_of(actual)),
    `${where}: is ${type_of(actual)}, expected ${[...types].join(' or ')}`);
  const same = examples.filter(example => type_of(example) === type_of(actual));
  if (typeof actual === 'string') {
    const kind = kind_of_text(actual);
    const fits = same.some(example => kind_of_text(example) === kind ||
      alike.has(`${kind_of_text(example)} ${kind}`));
    assert.ok(fits, `${where}: ${actual.slice(0, 80)} does not look like ${same[0].slice(0, 80)}`);
  } else if (type_of(actual) === 'array') {
    const items = same.flat();
    if (items.length) actual.forEach((item, i) => check_like(item, items, `${where}[${i}]`));
  } else if (type_of(actual) === 'object') {
    const { any, all } = keys_of(same);
    for (const key of Object.keys(actual)) assert.ok(any.has(key), `${where}: has ${key}`);
    for (const key of all) assert.ok(key in actual, `${where}: lacks ${key}`);
    for (const key of Object.keys(actual))
      check_like(actual[key], same.filter(example => key in example).map(example => example[key]),
        `${where}.${key}`);
  }
}

/// Fails unless `actual` has the shape of `expected`: the same types; objects with the keys that
/// all objects at that place have, and no others than some of them have.
export function check_shape(actual, expected, where) {
  check_like(actual, [expected], where);
}
