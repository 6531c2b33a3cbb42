/** The way of one builtin from Node's text to ours. */
import { WRAPPER_PARAMETERS, wrapperKindOf } from '../src/parameters.ts';
import { carryAsyncContext } from './async-context.ts';
import { minify } from './minify.ts';
import { applyPatches } from './patches.ts';
import { rewritePrivateSlots } from './private-slots.ts';
import { isForeignLibrary } from './selection.ts';

export interface TransformedBuiltin {
  readonly id: string;
  /** A function expression with the parameters of its kind. */
  readonly expression: string;
  readonly privateSlotSites: number;
  readonly asyncContextSites: number;
}

export function transformBuiltin(id: string, source: string, privateNames: readonly string[]): TransformedBuiltin {
  const patched = applyPatches(id, source);
  const foreign = isForeignLibrary(id);
  const slots = foreign ? { source: patched, sites: 0 } : rewritePrivateSlots(patched, id, privateNames);
  const context = foreign ? { source: slots.source, sites: 0 } : carryAsyncContext(slots.source, id);
  const parameters = WRAPPER_PARAMETERS[wrapperKindOf(id)].join(',');
  try {
    const minified = minify(`(function(${parameters}){${context.source}\n})`);
    return { id, expression: minified, privateSlotSites: slots.sites, asyncContextSites: context.sites };
  } catch (error) {
    throw new Error(`Cannot minify builtin "${id}": ${(error as Error).message}`, { cause: error });
  }
}
