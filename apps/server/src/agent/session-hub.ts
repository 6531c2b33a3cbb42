import { AGENT_CHANNEL, AGENT_LOG_CHANNEL } from '@slipway/db';
import type { Sql } from '../events/listening-client.ts';

/**
 * Wakes who performs or follows a session. NOTIFY is a hint, never the truth: whoever is woken, or has waited for
 * `POLL_MS`, reads the table.
 */
export interface SessionHub {
  /** `state`: a log that only grows wakes nobody. */
  subscribe(sessionId: string, about?: 'all' | 'state'): SessionSubscription;
  /** Ends every wait: the server is shutting down. */
  close(): Promise<void>;
}

/** News say only that there is something: who hears them looks into the log. */
export interface SessionSubscription {
  /** At once if something came since the last call, so that nothing falls between a read and the wait after it. */
  next(): Promise<'look' | 'closed'>;
  /**
   * Reads, once for all subscribers of the session that stand at the same `place` and have the same news: a model's
   * words come twenty times a second, to everybody who looks on. `read` must give every subscriber the same.
   */
  share<T>(place: string, read: () => Promise<T>): Promise<T>;
  close(): void;
}

const POLL_MS = 2000;

interface Waiting {
  readonly about: 'all' | 'state';
  wake(state: 'look' | 'closed'): void;
}

/** The subscribers of one session in this process. */
interface Group {
  readonly members: Set<Waiting>;
  /** Counts up with every hint: a read that began before one does not know what it told of. */
  news: number;
  /** Reads that are under way, by place. */
  readonly reads: Map<string, { readonly news: number; readonly result: Promise<unknown> }>;
}

/** Listens for all sessions of this process by one connection. */
export async function createSessionHub(client: Sql): Promise<SessionHub> {
  const groups = new Map<string, Group>();
  const wake = (group: Group, told: 'state' | 'log'): void => {
    group.news++;
    for (const one of group.members) if (told === 'state' || one.about === 'all') one.wake('look');
  };
  const hear = (told: 'state' | 'log') => (sessionId: string) => {
    const group = groups.get(sessionId);
    if (group) wake(group, told);
  };
  // Called again after a lost connection: what was notified in between is unknown, so everybody looks.
  const wakeAll = (): void => groups.forEach((group) => wake(group, 'state'));
  const listening = [
    await client.listen(AGENT_CHANNEL, hear('state'), wakeAll),
    await client.listen(AGENT_LOG_CHANNEL, hear('log'), wakeAll),
  ];
  return {
    subscribe: (sessionId, about = 'all') => {
      const group = groups.get(sessionId) ?? { members: new Set(), news: 0, reads: new Map() };
      groups.set(sessionId, group);
      const { subscription, own } = createWait(group, about, () => {
        group.members.delete(own);
        if (group.members.size === 0 && groups.get(sessionId) === group) groups.delete(sessionId);
      });
      group.members.add(own);
      return subscription;
    },
    close: async () => {
      for (const { members } of groups.values()) for (const one of [...members]) one.wake('closed');
      for (const one of listening) await one.unlisten();
    },
  };
}

/** A latch and not an event: what came between two calls of `next` is told by the second one at once. */
function createWait(
  group: Group,
  about: Waiting['about'],
  onClose: () => void,
): { subscription: SessionSubscription; own: Waiting } {
  let state: 'quiet' | 'look' | 'closed' = 'quiet';
  let wakeup: (() => void) | undefined;
  const own: Waiting = {
    about,
    wake: (next) => {
      if (state !== 'closed') state = next;
      wakeup?.();
    },
  };
  return {
    own,
    subscription: {
      next: async () => {
        if (state === 'quiet') {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(() => {
              // A hint may have been lost: what is under way may not know of it.
              group.news++;
              resolve();
            }, POLL_MS);
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
      share: <T>(place: string, read: () => Promise<T>) => shareRead(group, place, read),
      close: () => {
        own.wake('closed');
        onClose();
      },
    },
  };
}

/** Forgotten when it is there: the next question is another one. */
function shareRead<T>(group: Group, place: string, read: () => Promise<T>): Promise<T> {
  const { news, reads } = group;
  const known = reads.get(place);
  if (known?.news === news) return known.result as Promise<T>;
  const result = read().finally(() => {
    if (reads.get(place)?.result === result) reads.delete(place);
  });
  reads.set(place, { news, result });
  return result;
}
