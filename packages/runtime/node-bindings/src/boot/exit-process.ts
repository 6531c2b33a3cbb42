/**
 * The end of a process whose loop ran dry. Reference: EmitProcessBeforeExit,
 * EmitProcessExitInternal and SpinEventLoopInternal, src/api/hooks.cc and embed_helpers.cc.
 */
import type { Realm } from '../realm.ts';
import type { SourcePosition } from './language-hooks.ts';
import { caretUnder } from './exception-arrow.ts';
import { sourceLine } from './source-text.ts';
import { mustGet } from './private-slots.ts';

/** internal/bootstrap/node: process[exit_info_private_symbol]. */
const EXITING = 0;
const EXIT_CODE = 1;
const HAS_EXIT_CODE = 2;

const EXIT_UNSETTLED_TOP_LEVEL_AWAIT = 13;

export interface ProcessEnd {
  beforeExit(): void;
  exit(): void;
  /** What `process.exitCode` says, else `fallback`. Environment::exit_code */
  exitCode(fallback: number): number;
}

export interface ProcessEndParts {
  /** Nothing runs after it. */
  readonly exit: (code: number) => void;
  readonly print: (text: string) => void;
}

export function createProcessEnd(realm: Realm, parts: ProcessEndParts): ProcessEnd {
  let entrySettled = true;

  const info = () => mustGet(realm.privateSymbols, 'exit_info_private_symbol').get(realm.process) as Int32Array;
  const exitCode = (fallback: number) => (info()[HAS_EXIT_CODE] !== 0 ? info()[EXIT_CODE]! : fallback);

  return {
    exitCode,
    beforeExit() {
      watchEntryPoint();
      realm.asyncHooks.tellDestroyed();
      realm.process.emit('beforeExit', exitCode(0));
    },
    exit() {
      const fallback = entrySettled ? 0 : EXIT_UNSETTLED_TOP_LEVEL_AWAIT;
      info()[EXITING] = 1;
      realm.process.emit('exit', exitCode(fallback));
      const code = exitCode(fallback);
      const warns = realm.requireBuiltin('internal/options').getOptionValue('--warnings') !== false;
      if (!entrySettled && code === EXIT_UNSETTLED_TOP_LEVEL_AWAIT && warns) parts.print(unsettledWarning(realm));
      parts.exit(code);
    },
  };

  /** Environment::unsettled_tla: is the promise of the entry point still pending? The answer is there one turn later. */
  function watchEntryPoint(): void {
    const promise = mustGet(realm.privateSymbols, 'entry_point_promise_private_symbol').get(globalThis);
    if (promise === undefined) return;
    entrySettled = false;
    const settle = () => { entrySettled = true; };
    void Reflect.apply(realm.host.promiseThen, promise, [settle, settle]);
  }
}

function unsettledWarning(realm: Realm): string {
  const position: SourcePosition | undefined = realm.stack.unsettledAwait?.();
  if (position === undefined) return 'Warning: Detected unsettled top-level await\n';
  const line = sourceLine(realm, position.file, position.line) ?? '';
  return `Warning: Detected unsettled top-level await at ${position.file}:${position.line}\n${line}\n${caretUnder(line, position.column)}\n\n\n\n`;
}
