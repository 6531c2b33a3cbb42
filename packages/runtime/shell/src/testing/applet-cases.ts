/**
 * The cases of one command, beside it in `<name>.cases.ts`. `same` and `sessions` are checked against the
 * command of the machine: standard output, exit status and standard error have to be the same.
 */
export interface AppletCases {
  /** Runs before each case, in its own empty folder. */
  readonly setup?: string;
  readonly same?: string;
  /** As `same`, but the messages are worded otherwise: standard error is not compared. */
  readonly wordsDiffer?: string;
  /** Scripts of several lines; standard error is not compared. */
  readonly sessions?: readonly string[];
  /** Where the container is meant to differ, or the machine has no such command. */
  readonly ours?: readonly OwnCase[];
  /** Why no case ends with another status than 0. */
  readonly neverFails?: string;
}

/** `why` keeps these few: all others are compared with the machine's own command. */
export interface OwnCase {
  readonly script: string;
  readonly prints: string;
  /** Exit status; 0 unless said. */
  readonly status?: number;
  /** Standard error; none unless said. */
  readonly complains?: string;
  /** Why the machine's own command is not asked. */
  readonly why: string;
}
