// Tells a card number or bank account from any other run of digits, by the checks their issuers print into them.

/** Digits in a payment card number (ISO/IEC 7812-1). Visa's 13 are no longer issued, and a clock in milliseconds has 13. */
export const cardDigits = { min: 14, max: 19 } as const;

// First digits and lengths by network: Visa, Mastercard and Mir, American Express, Diners Club, JCB and Discover,
// UnionPay and Maestro, RuPay, Troy.
const issued =
  /^(?:4(?:\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-59]|[689]\d)\d{11,16}|(?:35|6\d|50|5[6-9]|8[12])\d{12,17}|9792\d{12})$/;

/** Whether bare digits are a card number: first digits and a length that a network issues, and a valid Luhn sum. */
export function isCardNumber(digits: string): boolean {
  return issued.test(digits) && hasLuhnSum(digits);
}

/** Luhn's check (ISO/IEC 7812-1, annex B) of bare digits; false for anything else. */
export function hasLuhnSum(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 48;
    if (digit < 0 || digit > 9) return false;
    const doubled = digit * 2;
    if (place % 2 === 0) sum += digit;
    else sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits.length > 1 && sum % 10 === 0;
}

// Length of an IBAN by country, from the IBAN registry (ISO 13616). A country that is missing here is not recognized.
const ibanLengths: ReadonlyMap<string, number> = new Map(
  Object.entries({
    15: 'NO',
    16: 'BE',
    18: 'DK FI FK FO GL NL SD',
    19: 'MK SI',
    20: 'AT BA EE KZ LT LU MN XK',
    21: 'CH HR LI LV',
    22: 'BG BH CR DE GB GE IE ME RS VA',
    23: 'AE GI IL IQ OM SO TL',
    24: 'AD CZ ES MD PK RO SA SE SK TN VG YE',
    25: 'LY PT ST',
    26: 'IS TR',
    27: 'BI DJ FR GR IT MC MR SM',
    28: 'AL AZ BY CY DO GT HN HU LB NI PL SV',
    29: 'BR EG PS QA UA',
    30: 'JO KW MU',
    31: 'MT SC',
    32: 'LC',
    33: 'RU',
  }).flatMap(([length, countries]) => countries.split(' ').map((country) => [country, Number(length)] as const)),
);

/** Characters of an IBAN that begins with this country code, written without spaces; undefined for no such country. */
export function findIbanLength(country: string): number | undefined {
  return ibanLengths.get(country.toUpperCase());
}

/** Whether text without spaces is an IBAN: its country's length and ISO 7064 mod 97-10. */
export function isIban(text: string): boolean {
  if (text.length !== findIbanLength(text.slice(0, 2))) return false;
  return remainder97(text.slice(4) + text.slice(0, 4)) === 1;
}

function remainder97(text: string): number | undefined {
  let rest = 0;
  for (const character of text.toUpperCase()) {
    const value = Number.parseInt(character, 36);
    if (Number.isNaN(value)) return undefined;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}
