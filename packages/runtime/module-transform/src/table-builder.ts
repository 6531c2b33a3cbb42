/** Collects a module's tables; the scanner and the parser fill it the same way. */
import { Bail } from './bail.ts';
import type {
  AnonymousDefault,
  ImportEntry,
  IndirectExport,
  LocalExport,
  ModuleRequest,
  ModuleTables,
} from './tables.ts';

/** What is known of a module besides its imports and exports. */
export interface TableTraits {
  /** Names assigned to by code that may run after the module has. */
  readonly reassigned: ReadonlySet<string>;
  /** A direct `eval` may assign to anything. */
  readonly allMutable: boolean;
  readonly hasTopLevelAwait: boolean;
  readonly usesImportMeta: boolean;
}

/** Of one module; requests are numbered in the order of the source. */
export class TableBuilder {
  readonly imports: ImportEntry[] = [];
  readonly indirect: IndirectExport[] = [];
  readonly stars: number[] = [];
  anonymousDefault: AnonymousDefault = 'none';
  readonly #requests: ModuleRequest[] = [];
  readonly #requestByKey = new Map<string, number>();
  readonly #exports: LocalExport[] = [];
  readonly #constants = new Set<string>();

  /** Number of the request; equal ones share it. */
  request(specifier: string, attributes: Record<string, string>, phase: number): number {
    // In any order they are one request (ECMA-262, ModuleRequestsEqual).
    const sorted = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([specifier, phase, ...sorted]);
    const known = this.#requestByKey.get(key);
    if (known !== undefined) return known;
    const index = this.#requests.length;
    this.#requestByKey.set(key, index);
    this.#requests.push({ specifier, attributes, phase });
    return index;
  }

  /** `isConstant`: no assignment can ever succeed. */
  export(name: string, local: string, isConstant: boolean): void {
    this.#exports.push([name, local]);
    if (isConstant) this.#constants.add(local);
  }

  build(traits: TableTraits): ModuleTables {
    const imported = new Map(this.imports.map((entry) => [entry[2], entry]));
    const localExports: LocalExport[] = [];
    const indirectExports = [...this.indirect];
    const mutableExports: string[] = [];
    for (const [name, local] of this.#exports) {
      // `import { a } from 'x'; export { a }` re-exports x's binding, it makes none of its own.
      const entry = imported.get(local);
      if (entry !== undefined) {
        indirectExports.push([name, entry[0], entry[1]]);
        continue;
      }
      localExports.push([name, local]);
      if (!this.#constants.has(local) && (traits.allMutable || traits.reassigned.has(local))) mutableExports.push(name);
    }
    const names = [...localExports, ...indirectExports].map(([name]) => name);
    // A SyntaxError of its own, which the parser words.
    if (new Set(names).size !== names.length) throw new Bail('duplicate export');
    return {
      requests: this.#requests,
      imports: this.imports,
      localExports,
      indirectExports,
      starExports: this.stars,
      mutableExports,
      anonymousDefault: this.anonymousDefault,
      hasTopLevelAwait: traits.hasTopLevelAwait,
      usesImportMeta: traits.usesImportMeta,
    };
  }
}
