/** Classes of ASCII characters and of words, as the scanner's main loop asks for them. */
import { Code } from './codes.ts';

/** Above ASCII the scanner asks elsewhere. */
export const enum CharClass {
  other = 0,
  space = 1,
  newline = 2,
  identifier = 3,
  digit = 4,
  quote = 5,
}

const IDENTIFIER_START = /[A-Za-z_$]/;
const IDENTIFIER_PART = /[A-Za-z0-9_$]/;

/** `CharClass` by code. */
export const charClass: Uint8Array = new Uint8Array(Code.asciiEnd).map((_, code) => {
  const char = String.fromCharCode(code);
  if (char === '\n' || char === '\r') return CharClass.newline;
  if (char === ' ' || char === '\t' || char === '\v' || char === '\f') return CharClass.space;
  if (IDENTIFIER_START.test(char)) return CharClass.identifier;
  if (char >= '0' && char <= '9') return CharClass.digit;
  if (char === '"' || char === "'") return CharClass.quote;
  return CharClass.other;
});

/** 1 for A-Z, a-z, 0-9, `_` and `$`. */
export const isIdentifierPart: Uint8Array = new Uint8Array(Code.asciiEnd).map((_, code) =>
  IDENTIFIER_PART.test(String.fromCharCode(code)) ? 1 : 0,
);

/** Above ASCII everything that is neither blank nor a line end can only be part of an identifier. */
export function isForeignSpace(code: number): boolean {
  return (
    code === 0xa0 ||
    code === 0xfeff ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** Line ends above ASCII. */
export function isForeignNewline(code: number): boolean {
  return code === Code.lineSeparator || code === Code.paragraphSeparator;
}

/** What a reserved word means to the scanner. */
export const enum Word {
  plain = 0,
  /** Wants an operand: `typeof`, `void`, `delete`, `new`. */
  prefix = 1,
  /** `in`, `instanceof`. */
  binary = 2,
  of = 3,
  /** `return`, `throw`. */
  jump = 4,
  case = 5,
  /** `else`, `do`, `try`, `finally`. */
  block = 6,
  /** `if`, `while`, `with`, `switch`. */
  header = 7,
  for = 8,
  catch = 9,
  /** `const`, `var`. */
  declare = 10,
  let = 11,
  function = 12,
  class = 13,
  extends = 14,
  await = 15,
  yield = 16,
  async = 17,
  import = 18,
  export = 19,
  default = 20,
  /** `break`, `continue`, `debugger`. */
  stop = 21,
  using = 22,
  eval = 23,
  arguments = 24,
}

const WORDS: Record<string, number> = {
  typeof: Word.prefix,
  void: Word.prefix,
  delete: Word.prefix,
  new: Word.prefix,
  in: Word.binary,
  instanceof: Word.binary,
  of: Word.of,
  return: Word.jump,
  throw: Word.jump,
  case: Word.case,
  else: Word.block,
  do: Word.block,
  try: Word.block,
  finally: Word.block,
  if: Word.header,
  while: Word.header,
  with: Word.header,
  switch: Word.header,
  for: Word.for,
  catch: Word.catch,
  const: Word.declare,
  var: Word.declare,
  let: Word.let,
  function: Word.function,
  class: Word.class,
  extends: Word.extends,
  await: Word.await,
  yield: Word.yield,
  async: Word.async,
  import: Word.import,
  export: Word.export,
  default: Word.default,
  break: Word.stop,
  continue: Word.stop,
  debugger: Word.stop,
  using: Word.using,
  eval: Word.eval,
  arguments: Word.arguments,
};

const words = new Map(Object.entries(WORDS));
const LONGEST = 10;
/** By first letter and length: most identifiers are ruled out without being cut out of the text. */
const mayBeWord = new Uint8Array(26 * 16);
for (const word of words.keys()) mayBeWord[(word.charCodeAt(0) - Code.lowerA) * 16 + word.length] = 1;

/** `Word` of the identifier from `start` to `end`. */
export function wordAt(source: string, start: number, end: number, firstCode: number): number {
  const length = end - start;
  if (length > LONGEST || length < 2 || firstCode < Code.lowerA || firstCode > Code.lowerZ) return Word.plain;
  if (mayBeWord[(firstCode - Code.lowerA) * 16 + length] === 0) return Word.plain;
  return words.get(source.slice(start, end)) ?? Word.plain;
}
