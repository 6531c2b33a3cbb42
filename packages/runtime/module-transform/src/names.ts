/**
 * The hidden names that transformed text refers to. All helpers of one text
 * share a prefix that the text itself does not contain, so no scope analysis
 * is needed to keep them apart from the program's own names.
 *
 * Lengths matter: `import` (6) and `import.meta` (11) are replaced by names
 * padded to the same width, so columns do not move.
 */
export interface HelperNames {
  readonly prefix: string;
  /** Carries the continuation frame over an `await` in an expression: `await __swA(x)`. */
  readonly awaited: string;
  /** The same for the iterable of a `for await`. */
  readonly asyncIterable: string;
  /** The local variable that holds the frame while its function waits. */
  readonly frame: string;
  /** `__swG()` takes the frame of now. */
  readonly takeFrame: string;
  /** `__swS(x, …)` gives x. At the top level of a module with the place: `__swT(17, x, …)`. */
  readonly operand: string;
  readonly topLevelOperand: string;
  /** `__swV(value, frame)` puts the frame back and gives the value. */
  readonly resumed: string;
  /** `__swQ(frame)` puts the frame back where an `await` has thrown; gives undefined. */
  readonly caught: string;
  /** Closes what `awaited`, `asyncIterable` and `evalText` opened; the comment tells it from the program's own. */
  readonly close: string;
  /** Stands for `import.source` in `import.source(…)`. */
  readonly sourceImport: string;
  /** Prepares the text of a direct `eval`: `eval(__swE(text))`. */
  readonly evalText: string;
  /** Stands for `import` in `import(…)`. */
  readonly dynamicImport: string;
  /** Holds `import.meta`. */
  readonly importMeta: string;
  /** A name that is nowhere defined, as `arguments` is not at the top level of a module. */
  readonly undefinedName: string;
  /** Takes the getters of the module's own bindings. */
  readonly register: string;
  /** The binding behind an anonymous default export. */
  readonly defaultExport: string;
  /** Namespace object of request n (`__swN3`), link record of request n (`__swR3`). */
  readonly namespace: string;
  readonly record: string;
}

/** Text that was transformed once contains the first: each further round needs another. */
const PREFIXES = ['__sw', '__sx', '__sy', '__sz', '__tw', '__tx', '__ty', '__tz'];

/** `undefined` when the text uses every prefix there is. */
export function chooseHelperNames(source: string): HelperNames | undefined {
  for (const prefix of PREFIXES) {
    if (!source.includes(prefix)) return helperNames(prefix);
  }
  return undefined;
}

/** The helper names that begin with `prefix`. */
export function helperNames(prefix: string): HelperNames {
  return {
    prefix,
    awaited: `${prefix}A`,
    asyncIterable: `${prefix}F`,
    frame: `${prefix}f`,
    takeFrame: `${prefix}G`,
    operand: `${prefix}S`,
    topLevelOperand: `${prefix}T`,
    resumed: `${prefix}V`,
    caught: `${prefix}Q`,
    close: `/*${prefix}*/)`,
    sourceImport: `${prefix}P`,
    evalText: `${prefix}E`,
    dynamicImport: `${prefix}I`,
    importMeta: `${prefix}M`,
    undefinedName: `${prefix}Undef`,
    register: `${prefix}X`,
    defaultExport: `${prefix}D`,
    namespace: `${prefix}N`,
    record: `${prefix}R`,
  };
}

/** Names of the helpers every text may use, in the order of `Language.helpers`. */
export function helperParameters(names: HelperNames): string[] {
  return [
    names.dynamicImport,
    names.awaited,
    names.asyncIterable,
    names.evalText,
    names.takeFrame,
    names.operand,
    names.resumed,
    names.caught,
    names.sourceImport,
  ];
}

/**
 * How one `await` is written. In a function with a block the frame waits in a
 * variable of the function:
 *
 *   __swV(await __swS(x,__swf=__swG()),__swf,__swf=void 0)
 *
 * so the promise has one reaction only and the engine can follow it for
 * asynchronous stack traces. An arrow function with an expression has no place
 * for a variable: `await __swA(x)`.
 */
export interface AwaitTexts {
  readonly before: string;
  readonly opening: string;
  readonly closing: string;
}

/** In a block the operand gets calls before and behind it, in an expression one call alone. */
export function awaitTexts(names: HelperNames, place: 'block' | 'expression' | 'top-level', start: number): AwaitTexts {
  if (place === 'expression') return { before: '', opening: ` ${names.awaited}(`, closing: names.close };
  const operand = place === 'block' ? `${names.operand}(` : `${names.topLevelOperand}(${start},`;
  return {
    before: `${names.resumed}(`,
    opening: ` ${operand}`,
    closing: `,${names.frame}=${names.takeFrame}()),${names.frame},${names.frame}=void 0)`,
  };
}

/** At the start of a `catch` or `finally` block. */
export function caughtText(names: HelperNames): string {
  return `${names.frame}=${names.caught}(${names.frame});`;
}

/** At the end of a function's block: `var` is hoisted and leaves directives alone. */
export function frameDeclaration(names: HelperNames): string {
  return `;var ${names.frame}`;
}
