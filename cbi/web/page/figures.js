// Amounts as people type and read them: whole numbers of the currency's minor unit in between.
// What cannot be read in exactly one way is read in none.
const MOST = 10 ** 15;

function latin(text) {
  return [...text].map((one) => {
    for (const zero of [0x0660, 0x06f0]) {
      const value = one.codePointAt(0) - zero;
      if (value >= 0 && value <= 9) return String(value);
    }
    return one === "\u066b" ? "." : one;
  }).join("");
}

export function minorOf(typed, exponent) {
  let plain = latin(typed).replace(/[\s'\u00a0\u202f\u066c]/g, "");
  const either = /^(\d{1,3})([.,])(\d{3})$/.exec(plain);
  if (either && exponent && !(either[2] === "." && exponent === 3)) return null;
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(plain)) plain = plain.replaceAll(",", "");
  else if (/^\d{1,3}(?:\.\d{3})+(?:,\d+)?$/.test(plain)) plain = plain.replaceAll(".", "");
  const found = /^(\d+)(?:[.,](\d+))?$/.exec(plain);
  if (!found) return null;
  const [, whole, fraction = ""] = found;
  if (whole.length > 1 && whole.startsWith("0")) return null;
  if (fraction.replace(/0+$/, "").length > exponent) return null;
  const minor = Number(whole + fraction.slice(0, exponent).padEnd(exponent, "0"));
  return minor > 0 && minor <= MOST ? minor : null;
}

// As it may be typed: without grouping, with a fraction only where there is one.
export function plainAmount(minor, exponent) {
  const text = String(minor).padStart(exponent + 1, "0");
  const fraction = exponent ? text.slice(-exponent) : "";
  const whole = exponent ? text.slice(0, -exponent) : text;
  return /[1-9]/.test(fraction) ? `${whole}.${fraction}` : whole;
}

// `4 000 тенге`: as the server writes it.
export function shownAmount(minor, currency, exponent, texts) {
  const { digits, group, decimal, isolated } = texts.figures;
  const [whole, fraction] = plainAmount(minor, exponent).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  const figures = own(fraction ? `${grouped}${decimal}${fraction}` : grouped, digits);
  return `${isolated ? `\u2066${figures}\u2069` : figures}\u00a0${texts[`currency-${currency}`] ?? currency}`;
}

const own = (figures, digits) => figures.replace(/[0-9]/g, (one) => [...digits][Number(one)]);

export function shownDigits(text, texts) {
  const { digits, isolated } = texts.figures;
  return isolated ? `\u2066${own(text, digits)}\u2069` : text;
}
