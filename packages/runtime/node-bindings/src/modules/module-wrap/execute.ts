import { bodyArguments, type LinkParts } from './instantiate.ts';
import type { ModuleRecord, SourceTextRecord } from './module-record.ts';

/** ExecuteModule of ECMA-262, for a module without top-level await. */
export function execute(module: ModuleRecord, link: LinkParts): void {
  if (module.kind === 'synthetic') {
    module.evaluationSteps();
    return;
  }
  // No longer needed once it runs: texts of a large program are much memory.
  module.source = undefined;
  // No top-level await, so no AsyncIterator.
  // In two-step mode step 1 has declared its functions; this is step 2.
  if (module.generator !== undefined) (module.generator as Iterator<unknown>).next();
  else Reflect.apply(mustCode(module), undefined, bodyArguments(module, link));
}

/** ExecuteModule of ECMA-262, for a module with top-level await. */
export function executeAsync(module: SourceTextRecord, link: LinkParts): Promise<unknown> {
  module.source = undefined;
  if (module.generator !== undefined) return module.generator.next() as Promise<unknown>;
  return Reflect.apply(mustCode(module), undefined, bodyArguments(module, link)) as Promise<unknown>;
}

function mustCode(module: SourceTextRecord): (...values: unknown[]) => unknown {
  if (module.code === undefined) throw new Error(`Cannot run "${module.url}": it was not compiled`);
  return module.code;
}

/** `export default () => {}` is named `default`; the binding behind it has another name here. */
export function nameDefault(module: SourceTextRecord): void {
  const value = module.getter('default')?.();
  if (typeof value !== 'function') return;
  const name = Object.getOwnPropertyDescriptor(value, 'name');
  if (name?.configurable === true && typeof name.value === 'string' && /^__[a-z]{2}D$/.test(name.value)) {
    Object.defineProperty(value, 'name', { value: 'default', configurable: true });
  }
}
