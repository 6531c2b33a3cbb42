import { onCleanup } from 'solid-js';
import { type Clock, pageClock } from '../clock/clock.ts';
import { encodeWorkbench, parseWorkbench, type StoredWorkbench } from './stored-workbench.ts';

/** In this browser alone: another device has a layout of its own. */
export interface WorkbenchStore {
  /** As it was when the page was left; undefined where nothing is known. */
  readonly before: StoredWorkbench | undefined;
  /** Something changed: it is stored soon, and before the page goes. */
  touch(): void;
}

/** Soon enough that a crash costs a scroll at most. */
const QUIET_MS = 400;

/** The store of one project. `current` is asked when there is something to store. */
export function createWorkbenchStore(
  projectId: string,
  current: () => StoredWorkbench,
  clock: Clock = pageClock,
): WorkbenchStore {
  const key = `slipway.workbench.${projectId}`;
  let disarm: (() => void) | undefined;
  const store = (): void => {
    disarm?.();
    disarm = undefined;
    try {
      localStorage.setItem(key, encodeWorkbench(current()));
    } catch (error) {
      console.warn('The workbench is not remembered:', error);
    }
  };
  /** `pagehide` comes on mobile browsers, too, where `beforeunload` does not. */
  const storeLast = (): void => (disarm === undefined ? undefined : store());
  addEventListener('pagehide', storeLast);
  onCleanup(() => {
    removeEventListener('pagehide', storeLast);
    storeLast();
  });
  return {
    before: parseWorkbench(read(key)),
    touch() {
      disarm ??= clock.after(QUIET_MS, store);
    },
  };
}

/** Throws in a browser that blocks storage for the site: then nothing is remembered. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch (error) {
    console.warn('The stored workbench cannot be read:', error);
    return null;
  }
}
