import { randomUUID } from 'node:crypto';
import type { SessionState } from '@slipway/agent';
import { claimAgentSession, type ClaimedSession, releaseAgentLease, renewAgentLease } from '@slipway/db';
import { LeaseKeeper } from '@slipway/leases';
import { type PerformerNeeds, performSession, type StopReason } from './perform-session.ts';
import type { SessionHub } from './session-hub.ts';

/** Of this process alone: another server of the same database has its own. */
export interface AgentHostOptions extends PerformerNeeds {
  readonly sessions: SessionHub;
  /** A silent performer is taken over after so long. */
  readonly leaseMs: number;
  /** Bound of this server's: what more there is waits in its row, and another server may take it. */
  readonly atOnce: number;
  /** How often it is looked for work that nobody told of. */
  readonly pollMs: number;
}

/** Begins to look when it is made, and looks again behind every session that ends. */
export interface AgentHost {
  /**
   * A hint that costs at most one question more: without work nothing happens, and calls during a search become one.
   */
  look(): void;
  /** Gives what it performs into other hands. */
  stop(): Promise<void>;
}

/**
 * Takes sessions that have work and nobody at it, and performs them, so many at once (AG-01). Every server has one; the
 * lease in the session's row decides whose a session is, and a method's NOTIFY is only the hint to look.
 */
export function createAgentHost(options: AgentHostOptions): AgentHost {
  const { db, log } = options;
  const holder = randomUUID();
  const performing = new Map<string, { stop: (reason: StopReason) => void; done: Promise<void> }>();
  let stopped = false;
  let looking: Promise<void> | undefined;
  let again = false;

  // `again` is set by whoever looks meanwhile: a claim that found nothing may have been made before that work came.
  const claimAll = async (): Promise<void> => {
    while (!stopped && performing.size < options.atOnce) {
      again = false;
      const claimed = await claimAgentSession(db, holder, options.leaseMs * 1000);
      if (claimed === undefined) {
        if (!again) return;
        continue;
      }
      begin(claimed);
    }
  };
  const look = (): void => {
    again = true;
    if (stopped || looking !== undefined) return;
    looking = claimAll()
      .catch((error: unknown) => log.warn({ err: error }, 'cannot look for sessions of the agent: it is tried again'))
      .finally(() => (looking = undefined));
  };
  const begin = (claimed: ClaimedSession): void => {
    const { id } = claimed.session;
    const stop = new AbortController();
    const done = perform(options, claimed, stop)
      .catch((error: unknown) => log.error({ err: error, sessionId: id }, 'a session of the agent was not performed'))
      .finally(() => {
        performing.delete(id);
        look();
      });
    performing.set(id, { stop: (reason) => stop.abort(reason), done });
  };
  const timer = setInterval(look, options.pollMs);
  look();
  return {
    look,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await looking;
      for (const { stop } of performing.values()) stop('lost');
      await Promise.all([...performing.values()].map(({ done }) => done));
    },
  };
}

/**
 * One session under its lease, until it has no work, is cancelled or is lost. Each renewal of the lease also
 * tells of a cancellation, and news of the session renews at once.
 */
async function perform(options: AgentHostOptions, claimed: ClaimedSession, stop: AbortController): Promise<void> {
  const { db, log, sessions, leaseMs } = options;
  const { lease, session } = claimed;
  // What it writes itself is no news to it.
  const subscription = sessions.subscribe(session.id, 'state');
  const keeper = new LeaseKeeper({
    leaseMs,
    renew: async () => {
      const renewed = await renewAgentLease(db, lease, leaseMs * 1000);
      if (renewed.outcome === 'lost') return false;
      const state = JSON.parse(renewed.state) as SessionState;
      if (state.name === 'Running' && state.cancelling) stop.abort('cancelled' satisfies StopReason);
      return true;
    },
    onLost: () => stop.abort('lost' satisfies StopReason),
    onError: (error) => log.warn({ err: error, sessionId: session.id }, 'cannot renew the lease of a session'),
  });
  const listening = (async () => {
    while ((await subscription.next()) === 'look') keeper.check();
  })();
  try {
    await performSession(options, claimed, stop.signal);
  } finally {
    subscription.close();
    await listening;
    await keeper.stop();
  }
  // What still has work is another's at once; else nothing is held any more, and nothing is written. After a failure
  // the lease lapses instead: who takes it at once would fail as well.
  await releaseAgentLease(db, lease);
}
