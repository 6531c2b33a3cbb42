/** How one script is run, and how its top-level lexical names outlive it. */
export interface ScriptRun {
  readonly text: string;
  /** Statements that must run first, on line 1. */
  readonly prologue: string;
  readonly file: string;
  /** Names that must be found in the sandbox even where it has them not yet. */
  readonly assigned: readonly string[];
  readonly lineOffset: number;
  readonly columnOffset: number;
  readonly shifts: readonly number[];
}

/** Takes `{ name: [get, set] }` of a script's lexical names. */
export const KEEP = '__swKeep';

/** Without a setter for a constant. */
export type KeptNames = Readonly<
  Record<string, readonly [get: () => unknown, set: ((value: unknown) => void) | undefined]>
>;
