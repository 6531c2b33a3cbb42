import type { ProcessSystem } from '@slipway/kernel';
import type { Output } from '../io/output.ts';

/**
 * A command of the container, as a function. It runs in a process of its own, or inside
 * the shell that calls it when nobody could tell the difference. Its arguments are
 * without argv[0], what it returns is its status; it keeps nothing between two calls.
 */
export type Applet = (context: AppletContext, args: readonly string[]) => number;

/** Whatever an applet does goes through it, so that it can share a process. */
export interface AppletContext {
  readonly sys: ProcessSystem;
  /** argv[0] without its directory: what messages begin with. */
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** Standard output, buffered; flushed when the applet returns, and before another program runs. */
  readonly out: Output;
  readonly err: Output;
  /** Prints `<name>: <message>` and is `status`. */
  fail(message: string, status?: number): number;
  /** Runs another command and waits for it: its status, 127 when there is none. */
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): number;
  /** The same in place of this command (env): where it is a process of its own, that process ends as the other does. */
  replace(argv: readonly string[], env: Readonly<Record<string, string>>): number;
}
