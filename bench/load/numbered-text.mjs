/** Texts that carry a number, `#00000012#` and then a filling, so that who reads them can tell what is lost or repeated. */
const SIGN = 35;
const ZERO = 48;
const DIGITS = 8;
const SIGNED = DIGITS + 2;

export function numberedText(number, length) {
  return `#${String(number).padStart(DIGITS, '0')}#`.padEnd(length, 'x');
}

/** Whether a number stands at that place. */
export function isNumberAt(bytes, at) {
  return bytes[at] === SIGN && bytes[at + DIGITS + 1] === SIGN;
}

export function numberAt(bytes, at) {
  let number = 0;
  for (let i = at + 1; i <= at + DIGITS; i++) number = number * 10 + bytes[i] - ZERO;
  return number;
}

/** The first place from `from` on at which a number stands; -1: there is none before `end`. */
export function placeOfNumber(bytes, from, end) {
  for (let at = from; ; at++) {
    at = bytes.indexOf(SIGN, at);
    if (at === -1 || at + SIGNED > end) return -1;
    if (isNumberAt(bytes, at)) return at;
  }
}

/** All numbers in what was read, in order. */
export function numbersIn(bytes) {
  const numbers = [];
  let at = placeOfNumber(bytes, 0, bytes.length);
  while (at !== -1) {
    numbers.push(numberAt(bytes, at));
    at = placeOfNumber(bytes, at + SIGNED, bytes.length);
  }
  return numbers;
}
