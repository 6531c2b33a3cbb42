/** ECMA-262 16.2.1.7.2: which names a module exports and where they lead. */
import { NAMESPACE } from '@slipway/module-transform';
import type { ModuleRecord, Resolution } from './module-record.ts';

/** Two `export *` give the name, and not the same binding. */
export const AMBIGUOUS = 'ambiguous';

/** What ResolveExport answers; `null`: there is no such export. */
export type ResolveResult = Resolution | typeof AMBIGUOUS | null;

/** 16.2.1.7.2.1 GetExportedNames: also names that turn out ambiguous; `exportsOf` leaves those out. */
export function exportedNames(module: ModuleRecord, seen = new Set<ModuleRecord>()): Set<string> {
  // 4-5. A circular `export *` adds nothing.
  if (seen.has(module)) return new Set();
  seen.add(module);
  if (module.kind === 'synthetic') return new Set(module.names);
  const names = new Set<string>();
  for (const [name] of module.tables.localExports) names.add(name);
  for (const [name] of module.tables.indirectExports) names.add(name);
  for (const request of module.tables.starExports) {
    // `export *` leaves the default out.
    for (const name of exportedNames(dependency(module, request), seen)) if (name !== 'default') names.add(name);
  }
  return names;
}

/** Looks names up during one instantiation; remembers what it found. */
export class ExportResolver {
  readonly #local = new Map<
    ModuleRecord,
    { own: Map<string, string>; indirect: Map<string, readonly [number, string]> }
  >();
  readonly #known = new Map<ModuleRecord, Map<string, ResolveResult>>();

  resolve(module: ModuleRecord, name: string): ResolveResult {
    let known = this.#known.get(module);
    if (known === undefined) this.#known.set(module, (known = new Map()));
    let result = known.get(name);
    if (result === undefined) {
      // Instantiated before: its names are settled.
      result = module.exports?.get(name) ?? this.#resolve(module, name, new Map());
      known.set(name, result);
    }
    return result;
  }

  /** 16.2.1.7.2.2 ResolveExport: follows re-exports to the module that has the binding. */
  #resolve(module: ModuleRecord, name: string, visited: Map<ModuleRecord, Set<string>>): ResolveResult {
    // 3. Asked for within its own resolution (`export {a} from` in a circle): leads nowhere.
    const names = visited.get(module);
    if (names?.has(name)) return null;
    if (names === undefined) visited.set(module, new Set([name]));
    else names.add(name);

    if (module.kind === 'synthetic') return module.names.includes(name) ? { module, binding: name } : null;
    const { own, indirect } = this.#tablesOf(module);
    // 5. A binding of the module itself.
    if (own.has(name)) return { module, binding: name };
    // 6. A name of another module: its namespace, or what that module means by it.
    const entry = indirect.get(name);
    if (entry !== undefined) {
      const target = dependency(module, entry[0]);
      return entry[1] === NAMESPACE ? { module: target, binding: undefined } : this.#resolve(target, entry[1], visited);
    }
    // 7. `default` cannot be provided by an `export *`.
    if (name === 'default') return null;
    // 8-9. Star exports; two different bindings make the name ambiguous.
    let found: Resolution | null = null;
    for (const request of module.tables.starExports) {
      const result = this.#resolve(dependency(module, request), name, visited);
      // Reported, not thrown: only whoever imports the name fails.
      if (result === AMBIGUOUS) return AMBIGUOUS;
      if (result === null) continue;
      if (found === null) found = result;
      else if (found.module !== result.module || found.binding !== result.binding) return AMBIGUOUS;
    }
    return found;
  }

  #tablesOf(module: ModuleRecord & { kind: 'source-text' }) {
    let tables = this.#local.get(module);
    if (tables === undefined) {
      tables = {
        own: new Map(module.tables.localExports.map(([name, local]) => [name, local])),
        indirect: new Map(
          module.tables.indirectExports.map(([name, request, imported]) => [name, [request, imported]]),
        ),
      };
      this.#local.set(module, tables);
    }
    return tables;
  }
}

/** GetImportedModule: the module that a request was linked to. */
export function dependency(module: ModuleRecord, request: number): ModuleRecord {
  const found = module.dependencies?.[request];
  if (found === undefined)
    throw new Error(`Cannot resolve request ${request} of "${module.url}": the module is not linked`);
  return found;
}
