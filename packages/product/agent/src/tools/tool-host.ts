/** Folders that tools do not list: they are made by programs, and hold more than anybody reads. */
export const NOT_LISTED: ReadonlySet<string> = new Set(['node_modules', '.git']);

/** What is at a path; links are not followed. As the control port tells it. */
export type LookedAt =
  | { readonly kind: 'file'; readonly mode: number; readonly bytes: Uint8Array }
  | { readonly kind: 'dir' | 'link' | 'gone' };

/** A command that was stopped or took too long has ended too: `end` says so. */
export interface RanCommand {
  /** Exit code 0. */
  readonly ok: boolean;
  readonly code: number | null;
  /** Both streams, in the order in which they came; bounded. */
  readonly output: string;
  /** In words: the exit code, the signal, or that its time was over. */
  readonly end: string;
}

/** The folder of a project, in a tab or in a sandbox: what tools are made of. Paths are relative to it. */
export interface ToolHost {
  /** One entry to a path, in order. */
  look(paths: readonly string[]): Promise<readonly LookedAt[]>;
  /** A moment: what changes after it can be told from what was there. */
  cursor(): Promise<number>;
  /** Makes a file what is told, folders above it too. False: it changed after the cursor, and was left alone. */
  put(
    cursor: number,
    file: { readonly path: string; readonly mode: number; readonly bytes: Uint8Array },
  ): Promise<boolean>;
  /** Every file, without those of `node_modules` and `.git`. */
  files(): Promise<readonly string[]>;
  /** Runs a command in the folder, and ends it with all that it started when its time is over or `signal` says so. */
  run(
    command: readonly string[],
    limits: { readonly seconds: number; readonly outputChars: number; readonly signal: AbortSignal },
  ): Promise<RanCommand>;
  /** Brings the folder to the server now. */
  save(): Promise<void>;
}
