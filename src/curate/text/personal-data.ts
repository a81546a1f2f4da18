/** Kinds of personal data that {@link findPersonalData} knows. */
export const personalDataKinds = ["email", "phone", "iban", "card", "ip", "us-ssn", "kr-rrn"] as const;

/** One of {@link personalDataKinds}. */
export type PersonalDataKind = (typeof personalDataKinds)[number];

/**
 * What looks like the kind, what makes sure of it (check digits where there are any), and how many digits it has at least: most texts have
 * too few, and need no search.
 */
const patterns: Readonly<
  Record<PersonalDataKind, readonly [pattern: RegExp, isReal: (found: string) => boolean, digits: number]>
> = {
  email: [
    /(?<![\w.+-])[\w.+-]+@[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,24}(?![\w-])/gi,
    (found) => !/\.(?:png|jpe?g|gif|webp)$/i.test(found),
    0,
  ],
  phone: [
    /(?<![\w.,/-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,5}\)[ .-]?)?\d{1,5}(?:[ .-]\d{2,5}){1,4}(?![\w/-]|[.,]\d)|(?<![\w.,/-])\+\d{8,15}(?!\w)/g,
    isPhone,
    9,
  ],
  iban: [/(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?(?!\w)/g, isIban, 2],
  card: [/(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])/g, isCard, 13],
  ip: [/(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/g, isPublicAddress, 4],
  "us-ssn": [/(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g, () => true, 9],
  "kr-rrn": [/(?<![\w-])\d{6}-[1-8]\d{6}(?![\w-])/g, isResidentNumber, 13],
};

/** The kinds of personal data in a text, in the order of {@link personalDataKinds}. */
export function findPersonalData(text: string): readonly PersonalDataKind[] {
  const present = digitsOf(text).length;
  return personalDataKinds.filter((kind) => {
    const [pattern, isReal, digits] = patterns[kind];
    return present >= digits && Array.from(text.matchAll(pattern)).some(([found]) => isReal(found));
  });
}

const digitsOf = (text: string): string => text.replaceAll(/\D/g, "");

/** International with `+`; or national with a leading 0 or an area code in brackets; or North American 3-3-4. Dates and years are none. */
function isPhone(found: string): boolean {
  const digits = digitsOf(found);
  if (digits.length < 9 || digits.length > 15) return false;
  if (found.startsWith("+")) return true;
  if (/^\d{1,4}[.-]\d{1,2}[.-]\d{1,4}$/.test(found)) return false; // a date
  return found.startsWith("0") || found.includes("(") || /^(?:1[ .-])?[2-9]\d{2}[ .-]\d{3}[ .-]\d{4}$/.test(found);
}

/** ISO 13616: the country and check digits moved behind, letters as 10 to 35, modulo 97 is 1. */
function isIban(found: string): boolean {
  const compact = found.replaceAll(" ", "");
  if (compact.length < 15 || compact.length > 34) return false;
  let rest = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4))
    for (const digit of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}

/** A number of a payment network (ISO/IEC 7812 prefixes of Visa, Mastercard, American Express, Discover, JCB, Diners, UnionPay) with Luhn's check digit. */
function isCard(found: string): boolean {
  const digits = digitsOf(found);
  return /^(?:4|5[1-5]|2[2-7]|3[04-8]|6[02-5]|81)/.test(digits) && luhn(digits);
}

/** Every second digit from the right doubled, digit sums added up: a multiple of 10. @see ISO/IEC 7812-1 annex B */
function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
  }
  return sum % 10 === 0;
}

/** An IPv4 address that is no private, loopback or documentation one; version numbers such as 1.2.3.4 are kept out by their small parts. */
function isPublicAddress(found: string): boolean {
  const parts = found.split(".").map(Number);
  if (parts.some((part) => part > 255) || parts.every((part) => part < 20)) return false;
  const [a = 0, b = 0] = parts;
  return !(
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 192 && b === 168) ||
    (a === 172 && b >= 16 && b < 32)
  );
}

/** A South Korean resident number: a date of birth, and the check digit that numbers given out before October 2020 have. */
function isResidentNumber(found: string): boolean {
  const digits = digitsOf(found);
  const [month, day] = [Number(digits.slice(2, 4)), Number(digits.slice(4, 6))];
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  const weights = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];
  const sum = weights.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  return (11 - (sum % 11)) % 10 === Number(digits[12]);
}
