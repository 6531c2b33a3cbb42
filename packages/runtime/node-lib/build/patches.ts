/**
 * The changes we make to the text of Node's lib, each with its reason. A patch
 * that does not match exactly as often as it says fails the build, so an
 * upgrade of Node cannot lose one silently. Patches keep the number of lines.
 */
export interface Patch {
  /** Names the patch in error messages. */
  readonly id: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** How often `find` occurs; 1 where not given. */
  readonly times?: number;
  readonly why: string;
}

const ONE_CALLBACK_PER_MACROTASK =
  'No synchronous microtask checkpoint exists in a browser, so runNextTicks() cannot drain between two callbacks: ' +
  'return to the loop instead, which runs each callback in a macrotask of its own and comes back for the rest';

const NO_UNDICI_FOR_MESSAGES = 'Every message would compile 763 KB of undici only for the MessageEvent class';

const PROMISE_STATE = "A promise's state cannot be read in a browser: keep it in the record that settles the promise";

const SETTLED_TWICE =
  'The engine does not tell a page of a promise that is settled twice: Promise is watched while somebody listens';

/** In the order in which they are applied to a file. */
export const PATCHES: readonly Patch[] = [
  {
    id: 'multiple-resolves-listener',
    file: 'internal/process/promises',
    find: `      hasMultipleResolvesListener = true;
`,
    replace: `      hasMultipleResolvesListener = true; internalBinding('task_queue').watchSettling(true);
`,
    why: SETTLED_TWICE,
  },
  {
    id: 'multiple-resolves-listener-gone',
    file: 'internal/process/promises',
    find: `      hasMultipleResolvesListener = process.listenerCount('multipleResolves') !== 0;
`,
    replace:
      "      hasMultipleResolvesListener = process.listenerCount('multipleResolves') !== 0; " +
      "internalBinding('task_queue').watchSettling(hasMultipleResolvesListener);\n",
    why: SETTLED_TWICE,
  },
  {
    id: 'wasi-warning',
    file: 'wasi',
    find: `emitExperimentalWarning('WASI');`,
    replace:
      "{ const caller = internalBinding('util').getCallSites(50).find(({ scriptName }) => " +
      "scriptName !== '' && !scriptName.startsWith('node:')); " +
      "if (caller !== undefined && !caller.scriptName.includes('/node_modules/')) emitExperimentalWarning('WASI'); }",
    why:
      'In a container node:wasi is how native packages run at all: every bundler and each of its threads would ' +
      'print the warning, about a choice that was ours. A program that asks for it itself is warned',
  },
  {
    id: 'stand-in-for-native',
    file: 'internal/modules/cjs/loader',
    find: `  const filename = Module._findPath(request, paths, isMain, conditions);
  if (filename) { return filename; }
`,
    replace: `  const filename = Module._findPath(request, paths, isMain, conditions);
  if (filename) { return filename; } const standIn = internalBinding('process_methods')\
.standInFor(request, parentPath); if (standIn !== undefined) return standIn;
`,
    why:
      'Package managers leave out native code for other platforms, and builds for WebAssembly that a registry lacks ' +
      'in the version asked for: below all of them, the loader is where it is known what was looked for in vain',
  },
  {
    id: 'timers-immediate',
    file: 'internal/timers',
    find: `      if (ranAtLeastOneImmediate)
        runNextTicks();
`,
    // The throw path of processImmediate leaves the queue in the same state.
    replace: `      if (ranAtLeastOneImmediate) {
        outstandingQueue.head = immediate; outstandingQueue.tail = prevImmediate; \
immediateInfo[kHasOutstanding] = 1; return; }
`,
    why: ONE_CALLBACK_PER_MACROTASK,
  },
  {
    id: 'timers-immediate-previous',
    file: 'internal/timers',
    find: `    let prevImmediate;
    let ranAtLeastOneImmediate = false;
`,
    replace: `    let prevImmediate = outstandingQueue.tail; outstandingQueue.tail = null;
    let ranAtLeastOneImmediate = false;
`,
    why: 'An immediate that is cleared while the loop has the turn leads on by the one that ran before it',
  },
  {
    id: 'timers-list',
    file: 'internal/timers',
    find: `      if (ranAtLeastOneList)
        runNextTicks();
`,
    replace: `      if (ranAtLeastOneList) {
        nextExpiry = list.expiry; return timeoutInfo[0] > 0 ? nextExpiry : -nextExpiry; }
`,
    why: ONE_CALLBACK_PER_MACROTASK,
  },
  {
    id: 'timers-timer',
    file: 'internal/timers',
    find: `      if (ranAtLeastOneTimer)
        runNextTicks();
`,
    // list.expiry still lies in the past, so the list stays first in the queue.
    replace: `      if (ranAtLeastOneTimer)
        return;
`,
    why: ONE_CALLBACK_PER_MACROTASK,
  },
  {
    id: 'worker-message-event',
    file: 'internal/worker/io',
    find: `  fastCreateMessageEvent ??= require('internal/deps/undici/undici').createFastMessageEvent;
  return fastCreateMessageEvent(type, init);
`,
    replace: `  fastCreateMessageEvent ??= require('internal/slipway/message_event').createMessageEvent;
  return fastCreateMessageEvent(type, init);
`,
    why: NO_UNDICI_FOR_MESSAGES,
  },
  {
    id: 'global-message-event',
    file: 'internal/bootstrap/web/exposed-window-or-worker',
    find: `exposeLazyInterfaces(globalThis, 'internal/deps/undici/undici', [
  'FormData', 'Headers', 'Request', 'Response', 'MessageEvent', 'CloseEvent',
]);
`,
    replace: `exposeLazyInterfaces(globalThis, 'internal/deps/undici/undici', \
['FormData', 'Headers', 'Request', 'Response']);
exposeLazyInterfaces(globalThis, 'internal/slipway/message_event', ['MessageEvent']);
exposeLazyInterfaces(globalThis, 'internal/deps/undici/undici', ['CloseEvent']);
`,
    why: NO_UNDICI_FOR_MESSAGES,
  },
  {
    id: 'http-message-event',
    file: 'http',
    find: '    return lazyUndici().MessageEvent;\n',
    replace: "    return require('internal/slipway/message_event').MessageEvent;\n",
    why: NO_UNDICI_FOR_MESSAGES,
  },
  {
    id: 'undici-message-event',
    file: 'internal/deps/undici/undici',
    find: `    var { createFastMessageEvent: createFastMessageEvent2 } = MessageEvent2;
    delete MessageEvent2.createFastMessageEvent;
`,
    replace: `    MessageEvent2 = require("internal/slipway/message_event").MessageEvent;
    var { createMessageEvent: createFastMessageEvent2 } = require("internal/slipway/message_event");
`,
    why: 'Events of WebSocket and EventSource must be instances of the same MessageEvent as all others',
  },
  {
    id: 'inspector-loads',
    file: 'inspector',
    find: `if (!hasInspector)
  throw new ERR_INSPECTOR_NOT_AVAILABLE();
`,
    replace: '\n\n',
    why:
      'Programs load node:inspector only to ask whether they are being debugged (next, vitest); ' +
      'the binding answers no',
  },
  {
    id: 'console-of-the-engine',
    file: 'internal/bootstrap/web/exposed-wildcard',
    find: '  return consoleFromNode;\n',
    replace:
      "  if (!config.hasInspector) { const { console } = internalBinding('inspector'); " +
      "for (const key of ['profile', 'profileEnd', 'timeStamp', 'context', 'createTask']) " +
      'consoleFromNode[key] = console[key]; } return consoleFromNode;\n',
    why: "V8's own console methods come with the inspector in Node; the browser's V8 has them too",
  },
  {
    id: 'webstreams-pending-test',
    file: 'internal/webstreams/util',
    find: `function isPromisePending(promise) {
  if (promise === undefined) return false;
  const details = getPromiseDetails(promise);
  return details?.[0] === kPending;
}
`,
    replace: `function isRecordPending(record) { return record.pending === true; }
function pendingRecord() {
  const { promise, resolve, reject } = PromiseWithResolvers(), \
settle = (fn) => (arg) => { record.pending = false; fn(arg); };
  const record = { promise, resolve: settle(resolve), reject: settle(reject), pending: true }; return record;
}
`,
    why: PROMISE_STATE,
  },
  {
    id: 'webstreams-pending-export',
    file: 'internal/webstreams/util',
    find: '  isPromisePending,\n',
    replace: '  isRecordPending, pendingRecord,\n',
    why: PROMISE_STATE,
  },
  {
    id: 'webstreams-pending-primordial',
    file: 'internal/webstreams/util',
    find: '  PromiseResolve,\n',
    replace: '  PromiseResolve, PromiseWithResolvers,\n',
    why: PROMISE_STATE,
  },
  {
    id: 'webstreams-pending-import',
    file: 'internal/webstreams/writablestream',
    find: '  isPromisePending,\n',
    replace: '  isRecordPending, pendingRecord,\n',
    why: PROMISE_STATE,
  },
  {
    id: 'webstreams-pending-closed-cache',
    file: 'internal/webstreams/writablestream',
    find: 'isPromisePending(closedPromiseCache.promise)',
    replace: 'isRecordPending(closedPromiseCache)',
    why: PROMISE_STATE,
  },
  {
    id: 'webstreams-pending-close-cache',
    file: 'internal/webstreams/writablestream',
    find: 'isPromisePending(closeCache.promise)',
    replace: 'isRecordPending(closeCache)',
    why: PROMISE_STATE,
  },
  {
    id: 'webstreams-pending-ready',
    file: 'internal/webstreams/writablestream',
    find: 'isPromisePending(ready.promise)',
    replace: 'isRecordPending(ready)',
    why: PROMISE_STATE,
  },
  {
    id: 'webstreams-pending-close',
    file: 'internal/webstreams/writablestream',
    find: 'isPromisePending(close.promise)',
    replace: 'isRecordPending(close)',
    why: PROMISE_STATE,
  },
  {
    id: 'webstreams-pending-make-closed',
    file: 'internal/webstreams/writablestream',
    find: '          cache = PromiseWithResolvers();\n',
    replace: '          cache = pendingRecord();\n',
    why: PROMISE_STATE,
  },
  {
    id: 'webstreams-pending-make-close',
    file: 'internal/webstreams/writablestream',
    find: '          close = PromiseWithResolvers();\n',
    replace: '          close = pendingRecord();\n',
    why: PROMISE_STATE,
  },
  {
    id: 'webstreams-pending-make-ready',
    file: 'internal/webstreams/writablestream',
    find: `            PromiseWithResolvers() :
            resolvedRecord();
`,
    replace: `            pendingRecord() :
            resolvedRecord();
`,
    why: PROMISE_STATE,
  },
  {
    id: 'webstreams-pipe-ready',
    file: 'internal/webstreams/readablestream',
    find: `      reject: ignoreReadyRejection,
    };
`,
    replace: `      reject: ignoreReadyRejection, pending: true,
    };
`,
    why: PROMISE_STATE,
  },
];

/** What follows the patch keeps its line number: surplus lines of it are joined, missing ones added. */
function onAsManyLines(text: string, model: string): string {
  const wanted = model.split('\n').length;
  const lines = text.split('\n');
  while (lines.length < wanted) lines.splice(-1, 0, '');
  // The last element is what stands after the last line break; joined in front of it.
  const surplus = lines.length - wanted;
  if (surplus <= 0) return lines.join('\n');
  const at = Math.max(0, wanted - 2);
  const joined = lines.slice(at, at + surplus + 1);
  if (joined.slice(0, -1).some((line) => line.includes('//')))
    throw new Error(`Cannot join the lines of a patch: one ends in a comment: "${joined.join('\\n')}"`);
  return [...lines.slice(0, at), joined.map((line) => line.trim()).join(' '), ...lines.slice(at + surplus + 1)].join(
    '\n',
  );
}

/** Applies the patches of `id`; throws when one does not match as often as it says. */
export function applyPatches(id: string, source: string, patches: readonly Patch[] = PATCHES): string {
  let patched = source;
  for (const patch of patches) {
    if (patch.file !== id) continue;
    // Frames of lib in a stack trace must name Node's own lines.
    if (lines(patch.find) !== lines(patch.replace))
      throw new Error(`Cannot apply patch "${patch.id}": it changes the number of lines`);
    const parts = patched.split(patch.find);
    const expected = patch.times ?? 1;
    if (parts.length - 1 !== expected) {
      throw new Error(
        `Cannot apply patch "${patch.id}" to "${id}": found ${parts.length - 1} times, expected ${expected}`,
      );
    }
    patched = parts.join(onAsManyLines(patch.replace, patch.find));
  }
  return patched;
}

function lines(text: string): number {
  return text.split('\n').length;
}

/** Patches whose file is not among `ids`: Node has moved or dropped it. */
export function orphanedPatches(ids: readonly string[], patches: readonly Patch[] = PATCHES): readonly Patch[] {
  const known = new Set(ids);
  return patches.filter((patch) => !known.has(patch.file));
}
