import { AGENT_CHANNEL } from '@slipway/db';
import type { Sql } from '../events/listening-client.ts';

/**
 * Wakes who performs or follows a session. NOTIFY is a hint, never the truth: whoever is woken, or has waited for
 * `POLL_MS`, reads the table.
 */
export interface SessionHub {
  subscribe(sessionId: string): SessionSubscription;
  /** Ends every wait: the server is shutting down. */
  close(): Promise<void>;
}

/** News say only that there is something: who hears them looks into the log. */
export interface SessionSubscription {
  /** At once if something came since the last call, so that nothing falls between a read and the wait after it. */
  next(): Promise<'look' | 'closed'>;
  close(): void;
}

const POLL_MS = 2000;

interface Waiting {
  wake(state: 'look' | 'closed'): void;
}

/** Listens for all sessions of this process by one connection. */
export async function createSessionHub(client: Sql): Promise<SessionHub> {
  const waiting = new Map<string, Set<Waiting>>();
  const everybody = () => [...waiting.values()].flatMap((group) => [...group]);
  const listening = await client.listen(
    AGENT_CHANNEL,
    (sessionId) => waiting.get(sessionId)?.forEach((one) => one.wake('look')),
    // Called again after a lost connection: what was notified in between is unknown, so everybody looks.
    () => everybody().forEach((one) => one.wake('look')),
  );
  return {
    subscribe: (sessionId) => {
      const { subscription, own } = createWait(() => {
        const group = waiting.get(sessionId);
        group?.delete(own);
        if (group?.size === 0) waiting.delete(sessionId);
      });
      waiting.set(sessionId, (waiting.get(sessionId) ?? new Set()).add(own));
      return subscription;
    },
    close: async () => {
      for (const one of everybody()) one.wake('closed');
      await listening.unlisten();
    },
  };
}

/** A latch and not an event: what came between two calls of `next` is told by the second one at once. */
function createWait(onClose: () => void): { subscription: SessionSubscription; own: Waiting } {
  let state: 'quiet' | 'look' | 'closed' = 'quiet';
  let wakeup: (() => void) | undefined;
  const own: Waiting = {
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
            const timer = setTimeout(resolve, POLL_MS);
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
        own.wake('closed');
        onClose();
      },
    },
  };
}
