import { staleRevisionDetails } from '@slipway/contracts';
import type { ControlClient } from '@slipway/embed';
import { createSignal, onCleanup, type Accessor } from 'solid-js';
import { ApiError, messageOf } from '../api/api-error.ts';
import type { Committer, UploadProgress } from './make-committer.ts';
import { type Clock, pageClock } from '../clock/clock.ts';
import { makePacer } from '../pace/make-pacer.ts';
import type { PaceState } from '../pace/pace-state.ts';

/**
 * How far the server's copy is behind what was typed and what the container holds.
 *
 *   saved ──change──▶ pending ──▶ saving ──▶ saved, or pending when something changed meanwhile
 *                        ▲          ├── failed   (tried again by itself until saved)
 *                        │          ├── offline  (the same, where there is no network)
 *                        └──────────┴── conflict (another tab saved; the user chooses)
 *
 * `saved` is said of nothing that is not on the server: a key makes it `pending` before it is anywhere else.
 */
export type SaveState =
  | { readonly name: 'saved' }
  | { readonly name: 'pending' }
  | ({ readonly name: 'saving' } & UploadProgress)
  | { readonly name: 'failed'; readonly message: string }
  /** `kept`: what was typed outlives this tab. */
  | { readonly name: 'offline'; readonly kept: boolean }
  | { readonly name: 'conflict'; readonly revision: number };

/** Keeps the server's copy up to date. */
export interface Saver {
  readonly state: Accessor<SaveState>;
  /** Something changed that no watcher of files has seen yet, such as a key in the editor. */
  touch(): void;
  /** Saves what is not saved yet; resolves with the newest snapshot. */
  flush(): Promise<string>;
  /** Somebody has made this revision of the project: where it was not this tab, it comes into the folder in time. */
  hear(revision: number): void;
  /** Brings this revision into the folder at once. */
  pull(revision: number): Promise<void>;
  /** After a conflict: this tab's files win. */
  keepMine(): void;
  /** After a conflict: opens the project anew, with the other's files. */
  discardMine(): void;
  /** After a failure: tries at once. */
  retry(): void;
}

/** What is typed reaches the server within 2 s, also while typing goes on: the rest of them is for the save itself. */
const SAVE_PACE = { quietMs: 700, mostMs: 1_000 };
const RETRY_MS = 4_000;

/**
 * Follows every change of the project's files, whoever made it, and commits
 * snapshots. `writeEdits` brings the editor's text into the container.
 */
export function createSaver(
  committer: Committer,
  files: Pick<ControlClient, 'on'>,
  writeEdits: () => Promise<void>,
  { clock, page, isKept = () => false }: SaverParts = { clock: pageClock, page: browserPage },
): Saver {
  const [state, setState] = createSignal<SaveState>({ name: 'saved' });

  const pacer = makePacer({
    clock,
    limits: SAVE_PACE,
    async work() {
      await writeEdits();
      await committer.commit((progress) =>
        setState((current) => (current.name === 'saving' ? { name: 'saving', ...progress } : current)),
      );
      if (committer.isBehind()) pacer.touch();
    },
    retryAfterMs: (error) => (isConflict(error) ? undefined : RETRY_MS),
    onState: (pace) =>
      setState((current) => nextShown(current, pace, () => (page.isOffline() ? { kept: isKept() } : undefined))),
  });
  const trySave = (): void => void pacer.flush().catch((error: unknown) => console.error('Cannot save:', error));
  const retry = (): void => {
    if (state().name === 'failed' || state().name === 'offline') trySave();
  };

  onCleanup(files.on('changes', () => pacer.touch()));
  onCleanup(() => pacer.stop());
  let discarded = false;
  onCleanup(
    page.onLeave((event) => {
      const now = state();
      const isSafe =
        now.name === 'saved' || (now.name === 'offline' && now.kept) || (now.name === 'failed' && isKept());
      if (!isSafe && !discarded) event.preventDefault();
    }),
  );
  onCleanup(page.onOnline(retry));
  // A hidden page's timers are slow, and it may never be shown again.
  onCleanup(
    page.onHidden(() => {
      if (state().name === 'pending') trySave();
    }),
  );

  return {
    state,
    touch: () => pacer.touch(),
    async flush() {
      // A program's change may be under way to the watcher.
      pacer.touch();
      await pacer.flush();
      const snapshotId = committer.snapshotId();
      if (snapshotId === null) throw new Error('The project has no files yet: add one first');
      return snapshotId;
    },
    hear(revision) {
      committer.pull(revision);
      // While a save is under way it may be that save's own; its end looks again.
      if (committer.isBehind() && state().name !== 'saving') pacer.touch();
    },
    async pull(revision) {
      committer.pull(revision);
      pacer.touch();
      await pacer.flush();
    },
    keepMine() {
      const current = state();
      if (current.name !== 'conflict') return;
      committer.rebase();
      trySave();
    },
    discardMine() {
      discarded = true;
      page.reload();
    },
    retry,
  };
}

/** What the bar shows. A trouble stays shown until a save has succeeded. */
function nextShown(
  current: SaveState,
  pace: PaceState,
  offline: () => { readonly kept: boolean } | undefined,
): SaveState {
  switch (pace.name) {
    case 'idle':
      return { name: 'saved' };
    case 'waiting':
      return { name: 'pending' };
    case 'working':
      return current.name === 'pending' || current.name === 'saved' ? { name: 'saving', sent: 0, total: 0 } : current;
    case 'failed':
      if (!isConflict(pace.error)) {
        const found = isUnreached(pace.error) ? offline() : undefined;
        return found === undefined ? { name: 'failed', message: messageOf(pace.error) } : { name: 'offline', ...found };
      }
      return { name: 'conflict', revision: staleRevisionDetails.parse(pace.error.details).revision };
  }
}

function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === 'STALE_REVISION';
}

const isUnreached = (error: unknown): boolean => error instanceof ApiError && error.code === 'UNREACHABLE';

/** Clock and page are given, so that a test needs neither. */
export interface SaverParts {
  readonly clock: Clock;
  readonly page: SaverPage;
  /** Whether this browser keeps the project's files, and will have them after this tab. */
  readonly isKept?: () => boolean;
}

/** What a saver hears of its page; each returns how to hear no more. */
export interface SaverPage {
  /** The page is about to go; `preventDefault` asks the person first. */
  onLeave(listener: (event: { preventDefault(): void }) => void): () => void;
  onOnline(listener: () => void): () => void;
  onHidden(listener: () => void): () => void;
  /** There is no network at all, as far as the browser knows. */
  isOffline(): boolean;
  reload(): void;
}

/** `onHidden` is the last event that a phone is sure to give before it drops a page. */
export const browserPage: SaverPage = {
  onLeave: (listener) => listen(window, 'beforeunload', listener),
  onOnline: (listener) => listen(window, 'online', listener),
  onHidden: (listener) =>
    listen(document, 'visibilitychange', () => {
      if (document.visibilityState === 'hidden') listener();
    }),
  isOffline: () => !navigator.onLine,
  reload: () => location.reload(),
};

function listen(target: EventTarget, name: string, listener: (event: Event) => void): () => void {
  target.addEventListener(name, listener);
  return () => target.removeEventListener(name, listener);
}
