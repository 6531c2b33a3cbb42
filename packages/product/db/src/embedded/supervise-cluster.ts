import { setTimeout as sleep } from 'node:timers/promises';

/** How soon a dead server is seen; it is back within 5 s (SV-16), recovery included. */
const LOOK_MS = 250;
/** Between two attempts, so that a server that cannot start burns no processor. */
const RETRY_MS = 1000;

/** Ends with whoever uses the cluster. */
export interface Supervision {
  /** Resolves when nothing of it is under way any more. */
  stop(): Promise<void>;
}

/**
 * Looks after a server that nobody else looks after: killed, by the system that ran
 * out of memory perhaps, it is started again on the port that everybody knows. Every
 * process that uses it does so; the start lock lets one of them.
 */
export function superviseCluster({
  isAlive,
  revive,
  onDeath,
}: {
  isAlive: () => boolean;
  revive: () => Promise<unknown>;
  onDeath: (revived: { outcome: 'revived' } | { outcome: 'failed'; error: unknown }) => void;
}): Supervision {
  const stopping = new AbortController();
  const wait = (ms: number) => sleep(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
  const watch = async () => {
    while (!stopping.signal.aborted) {
      await wait(LOOK_MS);
      if (stopping.signal.aborted || isAlive()) continue;
      try {
        await revive();
        onDeath({ outcome: 'revived' });
      } catch (error) {
        onDeath({ outcome: 'failed', error });
        await wait(RETRY_MS);
      }
    }
  };
  const watching = watch();
  return {
    stop: async () => {
      stopping.abort();
      await watching;
    },
  };
}
