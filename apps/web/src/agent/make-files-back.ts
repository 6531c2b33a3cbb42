import type { SnapshotDiffResponse } from '@slipway/contracts';
import { messageOf } from '../api/api-error.ts';
import type { Workbench } from '../workbench/feature.ts';
import { type FileBack, planFiles, type RunFiles } from './plan-files.ts';
import type { TranscriptRun } from './transcript-state.ts';

/** Nothing of the page is in it, so that a test can give all of it. */
export type FilesBackNeeds = Pick<
  Workbench,
  'api' | 'project' | 'save' | 'writeEdits' | 'pull' | 'device' | 'toast' | 'confirm'
>;

/** One request of a restore names so many paths at most. */
const PATHS_AT_ONCE = 1000;
/** Differences that are kept to be looked at again. */
const MOST_KEPT = 200;

/**
 * Whether a file that is different since a run is the run's. Tools say what they change; what a command changes nobody
 * says, so that what a person typed meanwhile cannot be told from it.
 */
export const isOfRun = ({ changed, hasCommands }: TranscriptRun, path: string): boolean =>
  hasCommands || changed.includes(path);

/** Finds what runs made of the files, and brings back what was before. */
export function makeFilesBack(bench: FilesBackNeeds) {
  const { api, project } = bench;
  const known = new Map<string, Promise<SnapshotDiffResponse>>();
  const diff = (from: string, to: string): Promise<SnapshotDiffResponse> => {
    const key = `${from} ${to}`;
    // Two snapshots never change: their difference is asked for once.
    const found = known.get(key) ?? api.snapshotDiff(project.id, from, to);
    if (known.size >= MOST_KEPT) known.clear();
    known.set(key, found);
    found.catch(() => known.delete(key));
    return found;
  };
  const differing = async (from: string, to: string): Promise<string[]> => {
    const { changes, cut } = await diff(from, to);
    if (cut) throw new Error('Too many files are different to tell them apart: restore from the timeline');
    return changes.filter(({ before, after }) => (after ?? before)?.kind !== 'dir').map(({ path }) => path);
  };
  const save = async (): Promise<string> => {
    await bench.writeEdits();
    return await bench.save();
  };
  const restore = async (snapshotId: string, paths: readonly string[]): Promise<void> => {
    const device = await bench.device();
    for (let at = 0; at < paths.length; at += PATHS_AT_ONCE) {
      const some = paths.slice(at, at + PATHS_AT_ONCE);
      const { snapshot } = await api.restore(project.id, { snapshotId, device, paths: some });
      await bench.pull(snapshot.revision);
    }
  };
  const undo = (snapshotId: string, paths: readonly string[]): void =>
    void restore(snapshotId, paths).catch((error: unknown) =>
      bench.toast({ title: 'It was not undone', text: messageOf(error), tone: 'error' }),
    );

  return {
    diff,
    /** Which files come back when these runs are taken back; see `planFiles`. */
    async plan(taken: readonly TranscriptRun[]): Promise<FileBack[]> {
      const changed: RunFiles[] = [];
      for (const run of taken) {
        const { before, after } = run;
        if (before === undefined || after === undefined) continue;
        const paths = await differing(before, after);
        changed.push({ before, after, paths: paths.filter((path) => isOfRun(run, path)) });
      }
      if (changed.length === 0) return [];
      const now = await save();
      return await planFiles(changed, now, async (from, to) => new Set(await differing(from, to)));
    },
    /** Brings them back. What was there is saved before, so that it can be undone. */
    async bring(back: readonly FileBack[]): Promise<void> {
      const before = await save();
      for (const [snapshotId, list] of Map.groupBy(back, (file) => file.snapshotId))
        await restore(
          snapshotId,
          list.map(({ path }) => path),
        );
      const paths = back.map(({ path }) => path);
      bench.toast({
        title: paths.length === 1 ? `“${paths[0]}” is as it was` : `${paths.length} files are as they were`,
        action: { label: 'Undo', run: () => undo(before, paths) },
      });
    },
  };
}
