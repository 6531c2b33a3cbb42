/** Call sites of the running code as util.getCallSites wants them. Reference: GetCallSites, src/node_util.cc. */
import { isOwnUrl } from '../engine/engine-call-site.ts';

/** One frame as `util.getCallSites` gives it; all counts from 1, '' and '0' where nothing is known. */
export interface CallSiteRecord {
  readonly functionName: string;
  readonly scriptId: string;
  readonly scriptName: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
  /** The name that `columnNumber` had at first; kept for old callers. Counted from 1. */
  readonly column: number;
}

/** What V8 passes to Error.prepareStackTrace; only the methods that are read here. */
interface EngineCallSite {
  getFunctionName(): string | null;
  getFileName(): string | null | undefined;
  getScriptNameOrSourceURL?(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}

/**
 * `count` frames, our own code's left out: those come from the worker's script
 * and have a URL with a scheme, code of the program and of lib has not.
 */
export function collectCallSites(count: number): CallSiteRecord[] {
  const { prepareStackTrace, stackTraceLimit } = Error as unknown as {
    prepareStackTrace: unknown;
    stackTraceLimit: number;
  };
  // The structured frames arrive as its `stack`: no Error object is needed, and no message is formatted.
  const holder: { stack?: EngineCallSite[] } = {};
  try {
    Object.assign(Error, {
      stackTraceLimit: count + OWN_FRAMES,
      prepareStackTrace: (_: unknown, sites: EngineCallSite[]) => sites,
    });
    (Error as unknown as { captureStackTrace(holder: object, below: unknown): void }).captureStackTrace(
      holder,
      collectCallSites,
    );
    // The engine formats when the property is read first.
    const sites = holder.stack ?? [];
    // While a stack is being formatted the engine formats every other one in its own way.
    if (!Array.isArray(sites)) return parseFrames(String(sites)).slice(0, count);
    return sites
      .map((site) => toRecord(site))
      .filter(({ scriptName }) => !isOwnUrl(scriptName))
      .slice(0, count);
  } finally {
    // Both are the program's to set; they are put back also when a getter of it throws.
    Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  }
}

/** `    at f (file:1:2)` or `    at file:1:2` */
const FRAME = /^ +at (?:(?:async )?(.+) \()?(.+?):(\d+):(\d+)\)?$/gm;

function parseFrames(text: string): CallSiteRecord[] {
  return Array.from(
    text.matchAll(FRAME),
    ([, functionName = '', scriptName = '', line = '0', column = '0']) =>
      ({
        __proto__: null,
        functionName,
        // V8's number of a script is told to nobody outside; '0' is none.
        scriptId: '0',
        scriptName,
        lineNumber: Number(line),
        columnNumber: Number(column),
        column: Number(column),
      }) as CallSiteRecord,
  ).filter(({ scriptName }) => !isOwnUrl(scriptName));
}

/** Frames of this room that may lie in between. */
const OWN_FRAMES = 12;

/** Our `Error.prepareStackTrace` has corrected the sites already (`src/modules/stack`). */
function toRecord(site: EngineCallSite): CallSiteRecord {
  const position = {
    file: site.getScriptNameOrSourceURL?.() ?? site.getFileName() ?? '',
    line: site.getLineNumber() ?? 0,
    column: site.getColumnNumber() ?? 0,
  };
  return {
    __proto__: null,
    functionName: site.getFunctionName() ?? '',
    scriptId: '0',
    scriptName: position.file,
    lineNumber: position.line,
    columnNumber: position.column,
    column: position.column,
  } as CallSiteRecord;
}
