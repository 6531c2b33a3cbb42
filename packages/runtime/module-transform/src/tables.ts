/**
 * What is known of a module after one look at its text. Independent of the
 * graph, so it can be cached by the text's hash.
 */

/** Phases have the numbers of Node's `module_wrap`, which lib compares. */
export const EVALUATION_PHASE = 2;
/** Phase of `import source`. */
export const SOURCE_PHASE = 1;

/** Two imports of one specifier with other attributes are two requests. */
export interface ModuleRequest {
  readonly specifier: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly phase: number;
}

/**
 * Imported name that stands for the whole namespace. No string export can be named so: it is no well-formed name of
 * one.
 */
export const NAMESPACE = '*namespace*';
/** Imported name that stands for the module source object (`import source x`). */
export const SOURCE = '*source*';

/** `import { name as local }` of request number `request`. */
export type ImportEntry = readonly [request: number, name: string, local: string];
/** `export { local as name }` of a binding of this module. */
export type LocalExport = readonly [name: string, local: string];
/** `export { imported as name } from`, also by way of an import declaration. */
export type IndirectExport = readonly [name: string, request: number, imported: string];

/** How `export default` without a name was written; decides when its `name` is put right. */
export type AnonymousDefault = 'none' | 'function' | 'value';

/** Found without running it, so that a graph can be linked first. */
export interface ModuleTables {
  /** In the order of the text: so they are loaded and evaluated. */
  readonly requests: readonly ModuleRequest[];
  readonly imports: readonly ImportEntry[];
  readonly localExports: readonly LocalExport[];
  readonly indirectExports: readonly IndirectExport[];
  /** Requests of `export * from`. */
  readonly starExports: readonly number[];
  /** Exported names whose binding may change after the module has run: conservative. */
  readonly mutableExports: readonly string[];
  readonly anonymousDefault: AnonymousDefault;
  readonly hasTopLevelAwait: boolean;
  readonly usesImportMeta: boolean;
}

/** A module's text with imports and exports taken out, to be put in a function. */
export interface ModuleBody {
  /** Of the helper names in `text`: `namesOf` gives them. */
  readonly prefix: string;
  readonly text: string;
  /** See EditList.columnShifts. */
  readonly shifts: readonly number[];
}
