import type { ProcessSystem } from '@slipway/kernel';
import type { Command } from '../syntax/ast.ts';
import type { Dialect } from '../syntax/word-reader.ts';
import type { ShellState } from './shell-state.ts';

/**
 * A running shell, as its parts see each other: expansion needs to run
 * commands, commands need to expand words.
 */
export interface Shell {
  readonly sys: ProcessSystem;
  /** The current (sub)shell's; replaced while a subshell runs in this process. */
  state: ShellState;
  /** The name before messages, as it was called: `sh`, `bash`, `jsh`. */
  readonly name: string;
  readonly dialect: Dialect;
  /** It has a prompt: errors that would end a script bring back to it (XCU 2.8.1). */
  readonly interactive: boolean;
  /** Runs commands one after the other. `tail`: nothing of this shell comes after them. */
  runList(commands: readonly Command[], tail?: boolean): number;
  /** Runs text as `eval` does; `line` is that of its first line in messages. */
  runText(text: string, line?: number): number;
  /** Output of commands without the newlines at its end; sets `$?`. */
  substitute(body: readonly Command[]): string;
  /** Takes the words of a command through alias-free lookup and runs them in this shell. */
  runWords(words: readonly string[], options: RunWordsOptions): number;
  /** Handles signals that have come; throws where one interrupts. */
  checkSignals(): void;
  /** Prints `<name>: <line>: <message>` to standard error. */
  warn(message: string): void;
}

/** `command` passes functions over, `command -p` has a PATH of its own. */
export interface RunWordsOptions {
  /** `command`: functions are passed over. */
  readonly skipFunctions?: boolean;
  /** Search in this PATH instead of the variable's. */
  readonly path?: string;
  /** Nothing of this shell comes after it: a program may take the process over. */
  readonly tail?: boolean;
}
