const ACCENTS = /\p{M}/gu;
const NUMBERS = /\d+/g;
const NOT_ASCII = /[^\0-\x7f]/;

/**
 * A text that sorts by code units as people sort names: without regard to case and accents, numbers by their value.
 * Made
 * once a name, since 50,000 names are compared 800,000 times and a collator takes three times as long. Equal keys are
 * told apart by the name itself.
 */
export function naturalKey(name: string): string {
  const plain = NOT_ASCII.test(name) ? name.normalize('NFKD').replace(ACCENTS, '') : name;
  // The number of digits before the digits: of two numbers without leading zeros the longer one is larger.
  return plain.toLowerCase().replace(NUMBERS, (digits) => {
    const value = digits.replace(/^0+(?=.)/, '');
    return `0${String.fromCharCode(0x30 + value.length)}${value}`;
  });
}
