import { type Db, deleteDeadSessions, deleteOldEvents, expireJobs, sweepContent } from '@slipway/db';
import type { Logger } from 'pino';

const everyMs = 60_000;
/** Jobs first: somebody may be waiting for the news. */
const chores = { expireJobs, deleteOldEvents, deleteDeadSessions, sweepContent } as const;

/** What must be done now and then. Every server may do it: each chore is one guarded statement, or skips what another holds. */
export function startMaintenance(db: Db, log: Logger): { stop(): Promise<void> } {
  let running = Promise.resolve();
  const run = async () => {
    for (const [name, chore] of Object.entries(chores)) {
      try {
        await chore(db);
      } catch (error) {
        log.warn({ err: error, chore: name }, 'maintenance: a chore failed and will be tried again');
      }
    }
  };
  const timer = setInterval(() => (running = running.then(run)), everyMs);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
