/** How a build ended that was not ended from outside. Everything but `built` is a failed build. */
export type BuildResult =
  | { outcome: 'built'; leftOut: LeftOut[] }
  /** `said` is what it gave as the reason; null: nothing. */
  | { outcome: 'exited'; command: string; code: number | null; signal: string | null; said: string | null }
  /** `found`: folders that are there, one of which may be meant. */
  | { outcome: 'no-output'; folder: string; found: string[] }
  | { outcome: 'empty-output'; folder: string }
  | { outcome: 'too-many-files'; limit: number }
  | { outcome: 'boot-failed'; message: string };

/** A file or folder of the output that is not published, and why. */
export interface LeftOut {
  path: string;
  why: string;
}
