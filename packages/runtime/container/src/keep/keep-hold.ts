import { deleteKeepFiles } from './keep-files.ts';

/** Which tab of an origin keeps the folder: the one with the lock. Another may ask for it. */
const LOCK = 'slipway-keep';
const CHANNEL = 'slipway-keep';
const LET_GO = 'let-go';

/** A tab that is frozen lets nothing go: then the lock is taken from it. */
const TAKE_MS = 5000;

/** While it is held, nobody else writes to what this origin keeps. */
export interface KeepHold {
  /** Calls `letGo` when another tab asks; the lock is free when it has resolved. */
  onAsked(letGo: () => Promise<void>): void;
  release(): void;
}

/** The lock, if no other tab has it. It goes with this worker. */
export function holdKeep(): Promise<KeepHold | undefined> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(LOCK, { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve(undefined);
        return new Promise<void>((release) => resolve(makeHold(release)));
      })
      // Also when it was stolen from a tab that was frozen: by then nobody waits.
      .catch(reject);
  });
}

/** The lock is held as long as the promise of its callback is open; `free` settles it. */
function makeHold(free: () => void): KeepHold {
  const channel = new BroadcastChannel(CHANNEL);
  const release = (): void => {
    channel.close();
    free();
  };
  return {
    onAsked(letGo) {
      channel.onmessage = ({ data }) => {
        if (data !== LET_GO) return;
        channel.onmessage = null;
        letGo().then(release, release);
      };
    },
    release,
  };
}

/** Deletes what the origin keeps; a tab that keeps it lets it go first. */
export async function deleteKept(): Promise<void> {
  await takeKeep();
  await deleteKeepFiles();
}

/** Asks the tab that has the lock to let go, and resolves when it has. */
export async function takeKeep(): Promise<void> {
  const channel = new BroadcastChannel(CHANNEL);
  try {
    channel.postMessage(LET_GO);
    await navigator.locks.request(LOCK, { signal: AbortSignal.timeout(TAKE_MS) }, () => undefined);
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'TimeoutError') throw error;
    await navigator.locks.request(LOCK, { steal: true }, () => undefined);
  } finally {
    channel.close();
  }
}
