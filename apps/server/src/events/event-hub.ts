import { EVENT_CHANNEL } from '@slipway/db';
import type { Logger } from 'pino';
import type { Sql } from './listening-client.ts';

/**
 * Wakes the event streams of an owner. NOTIFY is a hint, never the truth: a
 * stream that is woken, or has waited for `POLL_MS`, reads the table.
 */
export interface EventHub {
  subscribe(ownerId: string): Subscription;
  /** Ends every stream: the server is shutting down. */
  close(): Promise<void>;
}

export interface Subscription {
  /**
   * Resolves when the stream should look again: at once if something came since
   * the last call, so that nothing falls between a read and the wait after it. Waits at most
   * `limitMs`, and never longer than the hub's own patience.
   */
  next(limitMs?: number): Promise<'look' | 'closed'>;
  close(): void;
}

const POLL_MS = 2000;

export async function createEventHub(client: Sql, log: Logger): Promise<EventHub> {
  const subscribers = new Map<string, Set<{ notify: () => void; close: () => void }>>();
  const all = () => [...subscribers.values()].flatMap((set) => [...set]);
  const listening = await client.listen(
    EVENT_CHANNEL,
    (ownerId) => subscribers.get(ownerId)?.forEach((subscriber) => subscriber.notify()),
    () => {
      // Called again after a lost connection: what was notified in between is unknown, so everybody looks.
      log.debug('listening for events');
      for (const subscriber of all()) subscriber.notify();
    },
  );

  function subscribe(ownerId: string): Subscription {
    let state: 'quiet' | 'look' | 'closed' = 'quiet';
    let wakeup: (() => void) | undefined;
    const to = (next: 'look' | 'closed') => {
      if (state !== 'closed') state = next;
      wakeup?.();
    };
    const own = { notify: () => to('look'), close: () => to('closed') };
    const set = subscribers.get(ownerId) ?? new Set();
    subscribers.set(ownerId, set.add(own));
    return {
      next: async (limitMs = POLL_MS) => {
        if (state === 'quiet') {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, Math.min(limitMs, POLL_MS));
            wakeup = () => {
              clearTimeout(timer);
              resolve();
            };
          });
          wakeup = undefined;
        }
        if (state === 'closed') return 'closed';
        state = 'quiet';
        return 'look';
      },
      close: () => {
        own.close();
        set.delete(own);
        if (set.size === 0) subscribers.delete(ownerId);
      },
    };
  }

  return {
    subscribe,
    close: async () => {
      for (const subscriber of all()) subscriber.close();
      await listening.unlisten();
    },
  };
}
