// The little of the contract ABI that the samples need: static words, strings and arrays of words.

export const word = value => BigInt(value).toString(16).padStart(64, '0');

function tail_of(value) {
  if (Array.isArray(value)) return word(value.length) + value.map(word).join('');
  const hex = Buffer.from(value, 'utf8').toString('hex');
  return word(hex.length / 2) + hex.padEnd(Math.ceil(hex.length / 64) * 64, '0');
}

const is_static = value => typeof value !== 'object' && !(typeof value === 'string' &&
  !value.startsWith('0x'));

/// Encodes arguments: numbers and 0x… strings as words, arrays as arrays of words, other strings
/// as strings.
export function encode(...values) {
  let head = '', tail = '';
  for (const value of values) {
    if (is_static(value)) { head += word(value); continue; }
    head += word(values.length * 32 + tail.length / 2);
    tail += tail_of(value);
  }
  return head + tail;
}

/// The 32-byte words of a 0x… string, as numbers.
export const words = hex => (hex.slice(2).match(/.{64}/g) ?? []).map(text => BigInt('0x' + text));
