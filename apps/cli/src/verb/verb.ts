/** Exit codes of the command itself; a verb that runs a program gives that program's. */
export const exitCodes = {
  ok: 0,
  /** The verb could not do what it was asked. */
  failure: 1,
  usage: 2,
} as const;

/** Not `process` itself, so that a test can read what a verb says. */
export interface Output {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** What a verb is run with; `process` is one. */
export interface Surroundings extends Output {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What `slipway VERB …` does. A feature adds its own to the table in `verbs.ts`. */
export interface Verb {
  readonly summary: string;
  /** The whole help, with a line break at its end. */
  readonly usage: string;
  /** Gives the exit code. Throws a `UsageError` for arguments without meaning. */
  run(argv: readonly string[], around: Surroundings): Promise<number>;
}

/** Arguments that have no meaning; the message says which. */
export class UsageError extends Error {}
