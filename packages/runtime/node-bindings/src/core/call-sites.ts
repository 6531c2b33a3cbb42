/** Call sites of the running code as util.getCallSites wants them. Reference: GetCallSites, src/node_util.cc. */
import { isOwnScript } from '../boot/source-text.ts';

export interface CallSiteRecord {
  readonly functionName: string;
  readonly scriptId: string;
  readonly scriptName: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
  readonly column: number;
}

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
  const { prepareStackTrace, stackTraceLimit } = Error as unknown as { prepareStackTrace: unknown; stackTraceLimit: number };
  const holder: { stack?: EngineCallSite[] } = {};
  try {
    Object.assign(Error, { stackTraceLimit: count + OWN_FRAMES, prepareStackTrace: (_: unknown, sites: EngineCallSite[]) => sites });
    (Error as unknown as { captureStackTrace(holder: object, below: unknown): void }).captureStackTrace(holder, collectCallSites);
    // The engine formats when the property is read first.
    const sites = holder.stack ?? [];
    // While a stack is being formatted the engine formats every other one in its own way.
    if (!Array.isArray(sites)) return parseFrames(String(sites)).slice(0, count);
    return sites.map((site) => toRecord(site)).filter(({ scriptName }) => !isOwnScript(scriptName)).slice(0, count);
  } finally {
    Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  }
}

/** `    at f (file:1:2)` or `    at file:1:2` */
const FRAME = /^ +at (?:(?:async )?(.+) \()?(.+?):(\d+):(\d+)\)?$/gm;

function parseFrames(text: string): CallSiteRecord[] {
  return Array.from(text.matchAll(FRAME), ([, functionName = '', scriptName = '', line = '0', column = '0']) => ({
    __proto__: null, functionName, scriptId: '0', scriptName, lineNumber: Number(line), columnNumber: Number(column), column: Number(column),
  }) as CallSiteRecord).filter(({ scriptName }) => !isOwnScript(scriptName));
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
