import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobStore } from '@slipway/blobs';
import {
  type Db,
  deleteDeadSessions,
  deleteExpiredGrants,
  deleteOldAudit,
  deleteOldBuilds,
  deleteOldCommands,
  deleteOldEvents,
  deleteOldLogs,
  deleteOldSandboxes,
  deleteOldPluginCalls,
  expireJobs,
  expireSandboxRequests,
  sweepContent,
  thinAgentEvents,
} from '@slipway/db';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import { tidyHistory } from './history/tidy-history.ts';

const EVERY_MS = 60_000;
/** What a stopping server waits for a chore. */
const STOP_MS = 3000;
const HOUR_US = 3_600_000_000;
const dayUs = 24 * HOUR_US;

/** Of `config` the RETAIN_… settings: each chore deletes what is older than its own. */
export interface ChoreNeeds {
  db: Db;
  blobs: BlobStore;
  config: Config;
}

/** Jobs first: somebody may be waiting for the news. What is kept how long is in docs/operations/storage.md. */
export const chores: Readonly<Record<string, (needs: ChoreNeeds) => Promise<unknown>>> = {
  expireJobs: ({ db }) => expireJobs(db),
  expireSandboxRequests: ({ db }) => expireSandboxRequests(db),
  deleteOldEvents: ({ db, config }) => deleteOldEvents(db, config.RETAIN_EVENTS_HOURS * HOUR_US),
  deleteOldCommands: ({ db }) => deleteOldCommands(db),
  deleteOldPluginCalls: ({ db }) => deleteOldPluginCalls(db),
  deleteDeadSessions: ({ db }) => deleteDeadSessions(db),
  deleteExpiredGrants: ({ db }) => deleteExpiredGrants(db),
  deleteOldLogs: ({ db, config }) => deleteOldLogs(db, config.RETAIN_LOGS_DAYS * dayUs),
  deleteOldBuilds: ({ db, config }) =>
    deleteOldBuilds(db, {
      unsuccessfulUs: config.RETAIN_FAILED_BUILDS_DAYS * dayUs,
      succeededUs: config.RETAIN_BUILDS_DAYS * dayUs,
      keepSucceeded: config.RETAIN_BUILDS_PER_PROJECT,
    }),
  deleteOldSandboxes: ({ db, config }) => deleteOldSandboxes(db, config.RETAIN_SANDBOXES_DAYS * dayUs),
  deleteOldAudit: ({ db }) => deleteOldAudit(db),
  thinAgentEvents: ({ db, config }) => thinAgentEvents(db, config.RETAIN_EVENTS_HOURS * HOUR_US),
  tidyHistory: ({ db }) => tidyHistory(db),
  sweepContent: ({ db, blobs }) => sweepContent(db, (hashes) => blobs.delete(hashes)),
  tidyBlobs: async ({ blobs }) => await blobs.tidy?.(),
};

/**
 * What must be done now and then. Every server may do it: each chore is guarded
 * statements, or skips what another holds.
 */
export function startMaintenance({ log, ...needs }: ChoreNeeds & { log: Logger }): {
  stop(): Promise<void>;
} {
  let running = Promise.resolve();
  const run = async () => {
    for (const [name, chore] of Object.entries(chores)) {
      try {
        await chore(needs);
      } catch (error) {
        log.warn({ err: error, chore: name }, 'maintenance: a chore failed and will be tried again');
      }
    }
  };
  const timer = setInterval(() => (running = running.then(run)), EVERY_MS);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      // A sweep may take minutes; cut off, it is rolled back and comes again.
      await Promise.race([running, sleep(STOP_MS)]);
    },
  };
}
