/** SyntaxErrors of an engine that has words of its own, where Node decides by V8's. */

/** By the realm's own `eval`: an engine keeps its words, and a program may change what they are asked with. */
const answers = new WeakMap<object, boolean>();

/** True where the engine words SyntaxErrors as V8 does. Asked once, when there is one: it takes another. */
export function speaksLikeV8(indirectEval: (text: string) => unknown): boolean {
  const known = answers.get(indirectEval);
  if (known !== undefined) return known;
  let answer = false;
  try {
    indirectEval('{');
  } catch (error) {
    answer = (error as Error).message === 'Unexpected end of input';
  }
  answers.set(indirectEval, answer);
  return answer;
}

/** What the parser cannot complain of: it does not know what is around the text (js/public/friend/ErrorNumbers.msg). */
const WORDINGS: readonly (readonly [RegExp, string])[] = [
  [/^import declarations may only appear at top level/, 'Cannot use import statement outside a module'],
  [/^export declarations may only appear at top level/, "Unexpected token 'export'"],
  [/^import\.meta may only appear in a module/, "Cannot use 'import.meta' outside a module"],
  [
    /^await is only valid in async functions, /,
    'await is only valid in async functions and the top level bodies of modules',
  ],
  [/^redeclaration of (?:[\w ]+ )?(\S+)$/, "Identifier '$1' has already been declared"],
];

/** The message in V8's words; unchanged where it has them, or none are known. */
export function inV8Words(message: string): string {
  for (const [pattern, wording] of WORDINGS) {
    const match = pattern.exec(message);
    if (match !== null) return wording.replace('$1', () => match[1] ?? '');
  }
  return message;
}
