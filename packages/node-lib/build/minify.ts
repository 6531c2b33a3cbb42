/**
 * Makes a text smaller by its white space and comments, and nothing else.
 *
 * Function and class names are visible (`fs.readFile.name`, stack traces), and
 * minifiers rename: esbuild does so even with every option off, where an inner
 * function carries the name of an outer variable. Here the tokens stay as they
 * are, only what lies between them shrinks; a second pass proves it.
 */
import { parse, tokTypes, type Token } from 'acorn';

const SETTINGS = { ecmaVersion: 'latest', sourceType: 'script', allowReturnOutsideFunction: true, allowHashBang: true } as const;

/** A line break here can never end a statement. */
const NO_BREAK_AFTER = /[{(\[,;:?.=&|^~!<>*%+\-]$/;
const NO_BREAK_BEFORE = /^[)\]},;:.?]/;

export function minify(source: string): string {
  const tokens = tokensOf(source);
  const parts: string[] = [];
  let previous = '';
  let previousEnd = 0;
  for (const token of tokens) {
    const text = source.slice(token.start, token.end);
    parts.push(separator(previous, source.slice(previousEnd, token.start), text), toAscii(text, token));
    previous = text;
    previousEnd = token.end;
  }
  const result = parts.join('');
  assertSameTokens(source, tokens, result);
  return result;
}

/** Tokens as the parser sees them: it alone knows a regular expression from a division. */
function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  parse(source, { ...SETTINGS, onToken: tokens });
  // The last one is the end of the text.
  return tokens.slice(0, -1);
}

/** What must stay between two tokens of which `gap` stood in the source. */
function separator(before: string, gap: string, next: string): string {
  if (gap === '' || before === '') return '';
  const last = before.at(-1)!;
  const first = next[0]!;
  if (/[\n\r\u2028\u2029]/.test(gap) && !NO_BREAK_BEFORE.test(next) && breakCanMatter(before)) return '\n';
  const wordThenWord = /[\w$]/.test(last) && /[\w$#\\]/.test(first);
  const numberThenDot = /\d/.test(last) && first === '.';
  const sameSign = (last === '+' || last === '-' || last === '/') && last === first;
  // `a / /re/`, `</` and `<!--` must not come into being.
  const opensComment = last === '/' && first === '*';
  const htmlComment = (last === '<' && first === '!') || (last === '-' && first === '>');
  return wordThenWord || numberThenDot || sameSign || opensComment || htmlComment ? ' ' : '';
}

/** `x++` and `x--` end an expression, unlike the other operators of `NO_BREAK_AFTER`. */
function breakCanMatter(before: string): boolean {
  return !NO_BREAK_AFTER.test(before) || before.endsWith('++') || before.endsWith('--');
}

/** Escapes what is not ASCII; only texts, patterns and comments of lib hold such characters. */
function toAscii(text: string, token: Token): string {
  if (!/[^\x00-\x7f]/.test(text)) return text;
  if (token.type !== tokTypes.string && token.type !== tokTypes.template && token.type !== tokTypes.regexp) {
    throw new Error(`Cannot minify: "${text}" is not ASCII`);
  }
  return text.replace(/[^\x00-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function assertSameTokens(source: string, expected: readonly Token[], result: string): void {
  const found = tokensOf(result);
  for (let index = 0; index < Math.max(expected.length, found.length); index += 1) {
    const a = expected[index];
    const b = found[index];
    if (a !== undefined && b !== undefined && a.type === b.type && sameValue(a, b)) continue;
    const near = a ? source.slice(Math.max(0, a.start - 40), a.end + 40) : 'end of text';
    throw new Error(`Cannot minify: the tokens differ near "${near}"`);
  }
}

function sameValue(a: Token, b: Token): boolean {
  const left = valueOf(a);
  const right = valueOf(b);
  return a.type === tokTypes.regexp ? decode(left as Pattern) === decode(right as Pattern) : left === right;
}

/** acorn gives every token a value; its types do not say so. */
function valueOf(token: Token): unknown {
  return (token as Token & { readonly value: unknown }).value;
}

interface Pattern {
  readonly pattern: string;
  readonly flags: string;
}

/** A pattern with its escapes of non-ASCII characters read. */
function decode({ pattern, flags }: Pattern): string {
  const plain = pattern.replace(/\\u([\da-f]{4})/gi, (escape, code: string) => (parseInt(code, 16) > 0x7f ? String.fromCharCode(parseInt(code, 16)) : escape));
  return `/${plain}/${flags}`;
}
