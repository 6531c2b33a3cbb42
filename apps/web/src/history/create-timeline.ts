import type { SnapshotDiffResponse } from '@slipway/contracts';
import { type Accessor, createMemo, createSignal, onCleanup } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { Api } from '../api/create-api.ts';
import { type Clock, pageClock } from '../clock/clock.ts';
import { makePacer } from '../pace/make-pacer.ts';
import { groupSnapshots, type TimelineEntry } from './group-snapshots.ts';
import type { Snapshot } from '@slipway/contracts';

/** `before` and `after` are the path's entries; null where it was not there. */
export type PathChange = SnapshotDiffResponse['changes'][number];

/** `cut`: there are more changes than are listed. */
export type Looked =
  | { readonly name: 'reading' }
  | { readonly name: 'read'; readonly changes: readonly PathChange[]; readonly cut: boolean }
  | { readonly name: 'failed'; readonly message: string };

type HistoryCalls = 'history' | 'snapshotDiff' | 'restore' | 'checkpoints' | 'createCheckpoint' | 'fileAt';

/** Parts of the workbench, so that a test gives them alone. */
export interface TimelineParts {
  readonly api: Pick<Api, HistoryCalls>;
  readonly projectId: string;
  /** Saves what is not saved yet: only what the server has can be restored or come back to. */
  save(): Promise<string>;
  pull(revision: number): Promise<void>;
  device(): Promise<string>;
  /** In tests time passes when they say so; a page leaves it out. */
  readonly clock?: Clock;
}

/** What a restore left behind: how to take it back. */
export interface Restored {
  /** The state before it; null where there was none. */
  readonly before: string | null;
  readonly count: number;
}

/** The project's saves, newest first, a page at a time. */
export interface Timeline {
  readonly entries: Accessor<readonly TimelineEntry[]>;
  /** The saves have been read once: that there are none is known then, and not before. */
  readonly isRead: Accessor<boolean>;
  readonly more: Accessor<boolean>;
  readonly selected: Accessor<TimelineEntry | undefined>;
  readonly looked: Accessor<Looked | undefined>;
  readonly busy: Accessor<boolean>;
  /** Why the last thing did not happen; undefined while all is well. */
  readonly problem: Accessor<string | undefined>;
  reload(): Promise<void>;
  /** Something was saved. Read when somebody looks, and not at every second of typing. */
  hear(): void;
  /** While it is not, `hear` reads nothing; what came meanwhile is read when it is seen again. */
  show(seen: boolean): void;
  readMore(): Promise<void>;
  select(entry: TimelineEntry): Promise<void>;
  /** Both texts of a path at a line of the timeline; undefined for what was not there. */
  texts(
    entry: TimelineEntry,
    change: PathChange,
  ): Promise<{ before: Uint8Array | undefined; after: Uint8Array | undefined }>;
  /** The files of a snapshot, all or these paths, become the project's; undefined where it did not happen. */
  restore(snapshotId: string, paths?: readonly string[]): Promise<Restored | undefined>;
  name(description: string): Promise<boolean>;
}

/** Saves come every second while somebody types. */
const READ_PACE = { quietMs: 200, mostMs: 2_000 };
/** Names that people give are checkpoints of this task. */
const BY_HAND = 'by-hand';

/** Reads nothing before it is asked. */
export function createTimeline(parts: TimelineParts): Timeline {
  const { api, projectId } = parts;
  const [snapshots, setSnapshots] = createSignal<readonly Snapshot[]>([]);
  const [names, setNames] = createSignal<ReadonlyMap<string, string>>(new Map());
  const [next, setNext] = createSignal<number | null>(null);
  const [chosen, setChosen] = createSignal<string>();
  const [looked, setLooked] = createSignal<Looked>();
  const [busy, setBusy] = createSignal(false);
  const [isRead, setIsRead] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();
  const entries = createMemo(() => groupSnapshots(snapshots(), names()));
  const selected = createMemo(() => entries().find(({ snapshot }) => snapshot.id === chosen()));

  /** One thing at a time; what goes wrong is said in the panel. */
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    setBusy(true);
    setProblem(undefined);
    try {
      return await work();
    } catch (error) {
      setProblem(messageOf(error));
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  const read = async (): Promise<void> => {
    const [page, { checkpoints }] = await Promise.all([api.history(projectId), api.checkpoints(projectId)]);
    setNames(new Map(checkpoints.map(({ snapshotId, description }) => [snapshotId, description])));
    setSnapshots(page.snapshots);
    setNext(page.next);
    setIsRead(true);
  };

  let seen = false;
  let stale = true;
  const pacer = makePacer({
    clock: parts.clock ?? pageClock,
    limits: READ_PACE,
    work: async () => {
      stale = false;
      await attempt(read);
    },
    retryAfterMs: () => undefined,
  });
  const hear = (): void => {
    stale = true;
    if (seen) pacer.touch();
  };
  onCleanup(() => pacer.stop());

  return {
    hear,
    show(now) {
      seen = now;
      if (now && stale) pacer.touch();
    },
    entries,
    isRead,
    more: () => next() !== null,
    selected,
    looked,
    busy,
    problem,
    reload: async () => void (await attempt(read)),
    async readMore() {
      const before = next();
      if (before === null) return;
      await attempt(async () => {
        const page = await api.history(projectId, before);
        setSnapshots((known) => [...known, ...page.snapshots]);
        setNext(page.next);
      });
    },
    async select(entry) {
      const { id } = entry.snapshot;
      setChosen(id);
      setLooked({ name: 'reading' });
      const say = (found: Looked): void => void (chosen() === id && setLooked(found));
      try {
        // The first state of all has nothing before it: all of it is new.
        if (entry.before === null) return say({ name: 'read', changes: [], cut: false });
        const { changes, cut } = await api.snapshotDiff(projectId, entry.before, id);
        say({ name: 'read', changes, cut });
      } catch (error) {
        say({ name: 'failed', message: messageOf(error) });
      }
    },
    async texts({ snapshot, before }, { path, ...sides }) {
      const at = (id: string | null, side: PathChange['before']): Promise<Uint8Array | undefined> =>
        id === null || side?.kind !== 'file' ? Promise.resolve(undefined) : api.fileAt(projectId, id, path);
      const [old, now] = await Promise.all([at(before, sides.before), at(snapshot.id, sides.after)]);
      return { before: old, after: now };
    },
    restore: (snapshotId, paths) =>
      attempt(async () => {
        await parts.save();
        const device = await parts.device();
        const body = { snapshotId, device, ...(paths === undefined ? {} : { paths: [...paths] }) };
        const { snapshot, before, changes } = await api.restore(projectId, body);
        await parts.pull(snapshot.revision);
        await read();
        return { before, count: changes.length };
      }),
    async name(description) {
      const done = await attempt(async () => {
        await parts.save();
        await api.createCheckpoint(projectId, { taskId: BY_HAND, step: 0, description });
        await read();
        return true;
      });
      return done === true;
    },
  };
}
