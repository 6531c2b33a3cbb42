import { onCleanup } from 'solid-js';
import { messageOf } from '../../api/api-error.ts';
import { type Clock, pageClock } from '../../clock/clock.ts';
import type { ListedName } from './directory-entries.ts';
import { childOf, isWithin, parentOf } from './paths.ts';
import { isGoneError, readFolder, type ReadingContainer } from './read-folder.ts';

/** For each reading of a folder `loading` comes, then `listed` or `failed`. */
export interface FilesListener {
  loading(folder: string): void;
  /** `note` where not all names are told. */
  listed(folder: string, names: readonly ListedName[], note: string | undefined): void;
  failed(folder: string, message: string): void;
}

/** The folders of a container that are followed: read once, and again when names in them come and go. */
export interface Files {
  /** From now on these folders and no others. New ones are read at once. */
  follow(folders: readonly string[]): void;
  /** Resolves once `folder` was read by a reading that began after this call; at once where it is not followed. */
  reread(folder: string): Promise<void>;
  refresh(): Promise<void>;
}

/** Changes within a frame of the screen are seen together. */
const FRAME_MS = 16;
/** A folder rests this many times as long as it took to read: a program that fills it costs a fifth of the time. */
const REST_FACTOR = 4;
/** More names than this of one folder are not shown. */
const MAX_SHOWN = 100_000;

/**
 * How one followed folder is read: by one reading at a time.
 *
 *   idle ──change──▶ due ──frame──▶ reading ──▶ idle
 *                     ▲                └─change─▶ again ─┐
 *                     └──────────────────────────────────┘
 */
interface Reading {
  mode: 'idle' | 'due' | 'reading' | 'again';
  restUntilMs: number;
  /** Does nothing until a watcher is there. */
  unwatch: () => void;
  /** Takes the reading that is due back. */
  cancel: () => void;
  /** Told by the next reading that begins. */
  waiters: (() => void)[];
}

/** Follows folders of `container` until the owner is cleaned up. Nothing is asked for unless something
 * changed. */
export function createFiles(container: ReadingContainer, listener: FilesListener, clock: Clock = pageClock): Files {
  const followed = new Map<string, Reading>();
  let isClosed = false;

  const makeDue = (folder: string, reading: Reading): void => {
    reading.mode = 'due';
    const waitMs = Math.max(FRAME_MS, reading.restUntilMs - clock.nowMs());
    reading.cancel = clock.after(waitMs, () => void read(folder, reading));
  };
  const touch = (folder: string): void => {
    const reading = followed.get(folder);
    if (reading?.mode === 'idle') makeDue(folder, reading);
    else if (reading?.mode === 'reading') reading.mode = 'again';
  };
  const tell = async (folder: string): Promise<void> => {
    try {
      const names = await readFolder(container, folder);
      if (isClosed || !followed.has(folder)) return;
      const note = names.length > MAX_SHOWN ? `The first ${MAX_SHOWN} of ${names.length} are shown` : undefined;
      listener.listed(folder, note === undefined ? names : names.slice(0, MAX_SHOWN), note);
    } catch (error) {
      if (isClosed || !followed.has(folder)) return;
      // A folder that is gone is no fault to show: its parent is read again, and no longer names it.
      if (folder !== '' && isGoneError(error)) touch(parentOf(folder));
      else listener.failed(folder, messageOf(error));
    }
  };
  const read = async (folder: string, reading: Reading): Promise<void> => {
    reading.cancel();
    reading.mode = 'reading';
    const waiters = reading.waiters.splice(0);
    const beganMs = clock.nowMs();
    await tell(folder);
    const nowMs = clock.nowMs();
    reading.restUntilMs = nowMs + (nowMs - beganMs) * REST_FACTOR;
    const changed = hasChanged(reading);
    reading.mode = 'idle';
    if (changed && followed.get(folder) === reading && !isClosed) makeDue(folder, reading);
    for (const waiter of waiters) waiter();
  };
  const drop = (folder: string, reading: Reading): void => {
    reading.cancel();
    reading.unwatch();
    followed.delete(folder);
    for (const waiter of reading.waiters.splice(0)) waiter();
  };
  const reread = async (folder: string): Promise<void> => {
    const reading = followed.get(folder);
    if (reading === undefined || isClosed) return;
    const told = new Promise<void>((resolve) => reading.waiters.push(resolve));
    if (reading.mode === 'idle' || reading.mode === 'due') void read(folder, reading);
    else reading.mode = 'again';
    await told;
  };

  /**
   * One watcher for each open folder, and none for the rest: what an installation does in thousands of closed ones is
   * no
   * message to this page. It holds the directory itself, so that another one in its place is watched anew.
   */
  const watch = (folder: string, reading: Reading): void => {
    const watcher = container.fs.watch(folder === '' ? '.' : folder, (event, name) => {
      // `change` is about what a file holds.
      if (event !== 'rename' || followed.get(folder) !== reading) return;
      touch(folder);
      const path = childOf(folder, typeof name === 'string' ? name : new TextDecoder().decode(name));
      for (const [other, inside] of followed) {
        if (other === folder || !isWithin(path, other)) continue;
        inside.unwatch();
        watch(other, inside);
        touch(other);
      }
    });
    reading.unwatch = () => void watcher.close();
  };
  onCleanup(() => {
    isClosed = true;
    for (const [folder, reading] of followed) drop(folder, reading);
  });

  return {
    follow(folders) {
      const wanted = new Set(folders);
      for (const [folder, reading] of followed) if (!wanted.has(folder)) drop(folder, reading);
      for (const folder of wanted) {
        if (followed.has(folder)) continue;
        const nothing = (): void => undefined;
        const reading: Reading = { mode: 'idle', restUntilMs: 0, unwatch: nothing, cancel: nothing, waiters: [] };
        followed.set(folder, reading);
        // Before it is read: no change is missed in between.
        watch(folder, reading);
        listener.loading(folder);
        void read(folder, reading);
      }
    },
    reread,
    refresh: async () => void (await Promise.all([...followed.keys()].map(reread))),
  };
}

/** Asked through a function: the compiler does not see that the mode changes while a reading is awaited. */
const hasChanged = (reading: Reading): boolean => reading.mode === 'again';
