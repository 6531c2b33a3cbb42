/**
 * `Function.prototype.toString` of transformed code gives what the program's
 * author wrote: programs send the text of functions elsewhere (to threads, to
 * vm contexts, into files), where the helpers do not exist.
 *
 * Every piece the transform writes can be told by its names, see
 * transform/names.ts. References to live imports stay: such a function means
 * nothing elsewhere.
 */
const PREFIX = '__(?:[st][w-z]|s\\d+)';

const HAS_HELPERS = new RegExp(`${PREFIX}[A-Z]`);

const PIECES: readonly (readonly [RegExp, string])[] = [
  // await in a block
  [new RegExp(`${PREFIX}V\\((?=await\\b)`, 'g'), ''],
  [new RegExp(` ${PREFIX}(?:S\\(|T\\(\\d+,)`, 'g'), ''],
  [new RegExp(`,(${PREFIX})f=\\1G\\(\\)\\),\\1f,\\1f=void 0\\)`, 'g'), ''],
  [new RegExp(`(${PREFIX})f=\\1Q\\(\\1f\\);`, 'g'), ''],
  [new RegExp(`;var ${PREFIX}f(?=\\})`, 'g'), ''],
  // await in an expression, for await, direct eval
  [new RegExp(` ${PREFIX}[AF]\\(`, 'g'), ''],
  [new RegExp(`(?<=\\()${PREFIX}E\\(`, 'g'), ''],
  [new RegExp(`/\\*${PREFIX}\\*/\\)`, 'g'), ''],
  // Names in place of keywords, padded to their width.
  [new RegExp(`(?:__[a-z]{2}I |${PREFIX}I)(?=\\s*[(/])`, 'g'), 'import'],
  [new RegExp(`${PREFIX}P {0,8}(?=\\s*\\()`, 'g'), 'import.source'],
  [new RegExp(`${PREFIX}M {0,6}`, 'g'), 'import.meta'],
  [new RegExp(` ${PREFIX}D `, 'g'), ''],
];

/** The text as the program wrote it, without our helpers. */
export function originalSource(text: string): string {
  // Most functions have none: one search, no replacing.
  if (!HAS_HELPERS.test(text)) return text;
  return PIECES.reduce((source, [piece, original]) => source.replace(piece, original), text);
}

/** What `Language.compileBody` makes: its text, written as V8's CompileFunction writes it. */
const COMPILED_BODY = /^function anonymous\(([^)]*)\n\) \{\n([^]*)\n\/\/# sourceURL=.*\n\}$/;

/** The text of a compiled function as V8 would show it. */
export function bodySource(text: string): string {
  return text.replace(
    COMPILED_BODY,
    (_, parameters: string, body: string) => `function (${parameters.replaceAll(',', ', ')}) {\n${body}\n}`,
  );
}

/** Patches the method; what is, or comes, in the set looks native, as it is in Node. */
export function installFunctionSource(natives: Set<unknown>): void {
  const { toString } = Function.prototype;
  const holder = {
    toString(this: { name?: unknown }): string {
      if (natives.has(this)) return `function ${String(this.name)}() { [native code] }`;
      const text: string = Reflect.apply(toString, this, []);
      // Functions of `new Function` are called "anonymous" and keep their text; ours have no name.
      if (text.startsWith('function anonymous(') && this.name === '') return bodySource(text);
      return originalSource(text);
    },
  };
  natives.add(holder.toString);
  Object.defineProperty(Function.prototype, 'toString', {
    value: holder.toString,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
