import type { Realm } from '../realm/realm.ts';
import type { SourcePosition } from '../realm/language-hooks.ts';
import { caretUnder } from '../realm/exception-arrow.ts';
import { sourceLine } from '../realm/source-text.ts';
import { mustGet } from '../realm/private-slots.ts';
import { whenSettled } from '../realm/when-settled.ts';

/** internal/bootstrap/node: process[exit_info_private_symbol]. */
const EXITING = 0;
const EXIT_CODE = 1;
const HAS_EXIT_CODE = 2;

/** ExitCode::kUnsettledTopLevelAwait: the loop ran dry while the main module still waits for an `await`. */
const EXIT_UNSETTLED_TOP_LEVEL_AWAIT = 13;

/** The last events of a process: 'beforeExit', 'exit', and the code it ends with. */
export interface ProcessEnd {
  beforeExit(): void;
  exit(): void;
  /** What `process.exitCode` says, else `fallback`. Environment::exit_code */
  exitCode(fallback: number): number;
}

/** The two doors out that the end of a loop uses; boot makes them (`createRealmEnds`). */
export interface ProcessEndParts {
  /** Tells the kernel that the process has ended. It returns, but nothing of the program may run after it. */
  readonly exit: (code: number) => void;
  readonly print: (text: string) => void;
}

/**
 * The end of a process whose loop ran dry. Reference: EmitProcessBeforeExit,
 * EmitProcessExitInternal and SpinEventLoopInternal, src/api/hooks.cc and embed_helpers.cc.
 */
export function createProcessEnd(realm: Realm, parts: ProcessEndParts): ProcessEnd {
  // Until the promise of an entry point with top-level await is seen pending.
  let entrySettled = true;

  const info = () => mustGet(realm.privateSymbols, 'exit_info_private_symbol').get(realm.process) as Int32Array;
  const exitCode = (fallback: number) => (info()[HAS_EXIT_CODE] !== 0 ? info()[EXIT_CODE]! : fallback);

  return {
    exitCode,
    beforeExit() {
      /** Its answer comes with the microtasks after 'beforeExit', before 'exit'. */
      watchEntryPoint();
      // Destroy hooks of the last handles, before the program looks at what is left.
      realm.asyncHooks.tellDestroyed();
      realm.process.emit('beforeExit', exitCode(0));
    },
    exit() {
      const fallback = entrySettled ? 0 : EXIT_UNSETTLED_TOP_LEVEL_AWAIT;
      info()[EXITING] = 1;
      realm.process.emit('exit', exitCode(fallback));
      // Asked again: an 'exit' listener may have set process.exitCode.
      const code = exitCode(fallback);
      const warns = realm.requireBuiltin('internal/options').getOptionValue('--warnings') !== false;
      if (!entrySettled && code === EXIT_UNSETTLED_TOP_LEVEL_AWAIT && warns) parts.print(unsettledWarning(realm));
      parts.exit(code);
    },
  };

  /**
   * Environment::unsettled_tla: is the promise of the entry point still pending? The
   * answer is there one turn later.
   */
  function watchEntryPoint(): void {
    const promise = mustGet(realm.privateSymbols, 'entry_point_promise_private_symbol').get(globalThis);
    if (promise === undefined) return;
    entrySettled = false;
    const settle = () => {
      entrySettled = true;
    };
    whenSettled(realm.host.promiseThen, promise as Promise<unknown>, settle, settle);
  }
}

function unsettledWarning(realm: Realm): string {
  const position: SourcePosition | undefined = realm.stack.unsettledAwait?.();
  if (position === undefined) return 'Warning: Detected unsettled top-level await\n';
  const line = sourceLine(realm, position.file, position.line) ?? '';
  const place = `${position.file}:${position.line}`;
  const caret = caretUnder(line, position.column);
  return `Warning: Detected unsettled top-level await at ${place}\n${line}\n${caret}\n\n\n\n`;
}
