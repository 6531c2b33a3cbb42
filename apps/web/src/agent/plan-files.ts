/** What a run made of the files: states before and after it, and the paths in which they differ. */
export interface RunFiles {
  readonly before: string;
  readonly after: string;
  readonly paths: readonly string[];
}

/** With the state that it comes back from. */
export interface FileBack {
  readonly path: string;
  /** The state that has it as it was before the first of the runs. */
  readonly snapshotId: string;
  /** Somebody else changed it behind one of the runs: that goes with it. */
  readonly edited: boolean;
}

/** The paths that are not the same in two states. */
export type Differ = (from: string, to: string) => Promise<ReadonlySet<string>>;

/**
 * Which files come back when these runs, in their order, are taken back: those that they changed and that are not as
 * they were before. Each comes from before the first run that touched it, so that what a person did to it between runs
 * that left it alone is no loss.
 */
export async function planFiles(runs: readonly RunFiles[], now: string, differ: Differ): Promise<FileBack[]> {
  const touched = new Map<string, RunFiles[]>();
  for (const run of runs)
    for (const path of run.paths) {
      const before = touched.get(path);
      if (before === undefined) touched.set(path, [run]);
      else before.push(run);
    }
  const plan: FileBack[] = [];
  for (const [path, by] of touched) {
    const { before: snapshotId } = by[0]!;
    if (!(await differ(snapshotId, now)).has(path)) continue;
    let edited = false;
    for (const [at, { after }] of by.entries()) edited ||= (await differ(after, by[at + 1]?.before ?? now)).has(path);
    plan.push({ path, snapshotId, edited });
  }
  return plan.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
