// A voucher's code: sixteen characters of Crockford's alphabet, the last one a check over GF(2^5)
// with x^5 + x^2 + 1; the values weighted with alpha^0 … alpha^15 sum to 0.
export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 16;
const FORGIVEN = { O: "0", I: "1", L: "1" };

// What was typed or pasted, kindly: case, spaces and dashes do not matter, a link ends in its code.
export function plain(text) {
  const typed = text.includes("#") ? text.slice(text.lastIndexOf("#") + 1) : text;
  return [...typed.normalize("NFKC").toUpperCase()]
    .filter((one) => !/[\s\p{Pd}\p{Cf}]/u.test(one))
    .map((one) => digit(one) ?? FORGIVEN[one] ?? one)
    .join("");
}

function digit(one) {
  for (const zero of [0x0660, 0x06f0]) {
    const value = one.codePointAt(0) - zero;
    if (value >= 0 && value <= 9) return String(value);
  }
  return null;
}

export const isWhole = (code) => [...code].length === LENGTH;

export function isRight(code) {
  if (!isWhole(code) || code === "0".repeat(LENGTH)) return false;
  let sum = 0;
  for (let place = 0; place < LENGTH; place += 1) {
    let value = ALPHABET.indexOf(code[place]);
    if (value < 0) return false;
    for (let times = 0; times < place; times += 1) {
      value <<= 1;
      if (value & 32) value ^= 0b100101;
    }
    sum ^= value;
  }
  return sum === 0;
}
