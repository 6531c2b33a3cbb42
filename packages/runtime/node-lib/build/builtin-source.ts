/** The way of one builtin from Node's text to ours. */
import type { ColumnShift } from '../src/lazy-set.ts';
import { CONTEXT_HELPER_NAMES, WRAPPER_PARAMETERS, wrapperKindOf } from '../src/parameters.ts';
import { carryAsyncContext } from './async-context.ts';
import { columnShifts } from './column-shifts.ts';
import { composeRuns } from './edits.ts';
import { applyPatches } from './patches.ts';
import { rewritePrivateSlots } from './private-slots.ts';
import { isForeignLibrary } from './selection.ts';
import { stripComments } from './strip-comments.ts';

/** A builtin as it is shipped, and what was done to it. */
export interface TransformedBuiltin {
  readonly id: string;
  /** An expression that evaluates to a `LazyFactory`; its lines are Node's lines. */
  readonly expression: string;
  /** Where code stands further right than in Node; see ColumnShift. */
  readonly shifts: readonly ColumnShift[];
  readonly privateSlotSites: number;
  readonly asyncContextSites: number;
}

/**
 * Both functions run at once, and the parentheses tell V8: without them it goes
 * over every text three times before it runs (57 ms of preparing a process, 38 with).
 */
const HELPERS = `${CONTEXT_HELPER_NAMES.capture},${CONTEXT_HELPER_NAMES.restore}`;

/**
 * From Node's text to an expression: patches, private slots, asynchronous
 * context, and last of all comments out. Lines stay what they are in every step.
 */
export function transformBuiltin(id: string, source: string, privateNames: readonly string[]): TransformedBuiltin {
  const head = `(function(${HELPERS}){return (function(${WRAPPER_PARAMETERS[wrapperKindOf(id)].join(',')}){`;
  const patched = applyPatches(id, source);
  // Libraries keep their text: they neither await in lib's name nor know private symbols.
  if (isForeignLibrary(id)) return finish(id, head, patched, [[1, 1 + head.length, head.length]], 0, 0);
  const slots = rewritePrivateSlots(patched, id, privateNames);
  const context = carryAsyncContext(slots.text, id);
  // The head moves only the first line.
  const runs = composeRuns(slots.runs, context.runs).map((run) => ({ ...run, at: run.at + head.length }));
  const shifts = columnShifts(patched, head + context.text, runs);
  return finish(id, head, context.text, shifts, slots.sites, context.sites);
}

function finish(
  id: string,
  head: string,
  text: string,
  shifts: readonly ColumnShift[],
  privateSlotSites: number,
  asyncContextSites: number,
): TransformedBuiltin {
  try {
    return { id, expression: `${head}${stripComments(text)}\n})})`, shifts, privateSlotSites, asyncContextSites };
  } catch (error) {
    throw new Error(`Cannot strip builtin "${id}": ${(error as Error).message}`, { cause: error });
  }
}
