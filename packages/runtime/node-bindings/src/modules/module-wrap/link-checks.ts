import { EVALUATION_PHASE } from '@slipway/module-transform';
import { nodeError } from './errors.ts';
import { type ModuleRecord, Status } from './module-record.ts';

/** v8::Module::InstantiateModule asks for every dependency; one that is not linked is an error. */
export function mustBeLinked(root: ModuleRecord): void {
  const seen = new Set<ModuleRecord>();
  const visit = (record: ModuleRecord): void => {
    if (seen.has(record) || record.status !== Status.uninstantiated) return;
    seen.add(record);
    if (
      // A module without requests need not be linked, except the one that is instantiated.
      record.dependencies === undefined &&
      (record.requests.length > 0 || (record === root && record.kind === 'source-text'))
    ) {
      const [request] = record.requests;
      const message =
        record === root || request === undefined
          ? 'module is not linked'
          : `request for '${request.specifier}' can not be resolved on module '${record.url}' that is not linked`;
      throw nodeError(Error, 'ERR_VM_MODULE_LINK_FAILURE', message);
    }
    record.dependencies?.forEach((dependency, k) => {
      if (record.requests[k]?.phase === EVALUATION_PHASE) visit(dependency);
    });
  };
  visit(root);
}

/** Requests with the same key, whatever their phase, lead to the same module. */
export function mustAgree(requests: ModuleRecord['requests'], modules: ArrayLike<object>): void {
  const known = new Map<string, object | undefined>();
  requests.forEach(({ specifier, attributes }, k) => {
    const key = JSON.stringify([specifier, Object.entries(attributes)]);
    if (known.has(key) && known.get(key) !== modules[k]) {
      throw nodeError(
        Error,
        'ERR_MODULE_LINK_MISMATCH',
        `Module request '${specifier}' at index ${k} must be linked to the same module requested before`,
      );
    }
    known.set(key, modules[k]);
  });
}

/** v8::Module::IsGraphAsync: whether any module of the graph has a top-level await; require() refuses those. */
export function hasAsyncGraph(root: ModuleRecord): boolean {
  const seen = new Set<ModuleRecord>();
  const visit = (record: ModuleRecord): boolean => {
    if (seen.has(record)) return false;
    seen.add(record);
    if (record.hasTopLevelAwait) return true;
    return record.requests.some(({ phase }, k) => {
      const dependency = record.dependencies?.[k];
      return phase === EVALUATION_PHASE && dependency !== undefined && visit(dependency);
    });
  };
  return visit(root);
}
