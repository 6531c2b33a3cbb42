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
  /** Carries the continuation frame over an `await`: `await __swA(x)`. */
  readonly awaited: string;
  /** The same at the top level of a module, with the place: `await __swT(17,x)`. */
  readonly topLevelAwaited: string;
  /** The same for the iterable of a `for await`. */
  readonly asyncIterable: string;
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

const PREFIXES = ['__sw', '__sx', '__sy', '__sz', '__tw', '__tx', '__ty', '__tz'];

/** `undefined` when the text uses every prefix there is. */
export function chooseHelperNames(source: string): HelperNames | undefined {
  for (const prefix of PREFIXES) {
    if (!source.includes(prefix)) return helperNames(prefix);
  }
  return undefined;
}

export function helperNames(prefix: string): HelperNames {
  return {
    prefix,
    awaited: `${prefix}A`,
    topLevelAwaited: `${prefix}T`,
    asyncIterable: `${prefix}F`,
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

/** What follows the word `await` that stands at `start`. */
export function awaitOpening(names: HelperNames, isTopLevel: boolean, start: number): string {
  return isTopLevel ? ` ${names.topLevelAwaited}(${start},` : ` ${names.awaited}(`;
}
