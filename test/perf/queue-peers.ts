import { makeWorkerUtils, run, runOnce } from 'graphile-worker';
import { PgBoss } from 'pg-boss';

/** What of another queue is measured beside ours, on the same Postgres and in the same run. */
export interface QueuePeer {
  readonly name: string;
  /** Milliseconds from a committed job to its handler, in a worker that waits; one job after the other. */
  waits(jobs: number): Promise<number[]>;
  /** Jobs a second from a queue that is full, each taken and ended by itself, four at once. */
  rate(jobs: number): Promise<number>;
  close(): Promise<void>;
}

/** How many jobs run at once in every queue that is compared. */
export const AT_ONCE = 4;
const QUIET = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

/** One at a time: who waits for the next handler is told when it runs. */
function makeStarts() {
  let started: () => void = () => undefined;
  return {
    begin: () => started(),
    async time(enqueue: () => Promise<unknown>): Promise<number> {
      const start = new Promise<void>((resolve) => (started = resolve));
      await enqueue();
      const queuedAt = performance.now();
      await start;
      return performance.now() - queuedAt;
    },
  };
}

/** graphile-worker as it comes: NOTIFY wakes it, jobs are taken and ended one by one. */
export async function openGraphileWorker(connectionString: string): Promise<QueuePeer> {
  const { Logger } = await import('graphile-worker');
  const logger = new Logger(() => () => undefined);
  const utils = await makeWorkerUtils({ connectionString, logger });
  await utils.migrate();
  return {
    name: 'graphile-worker',
    async waits(jobs) {
      const starts = makeStarts();
      const taskList = { waits: () => Promise.resolve(starts.begin()) };
      const runner = await run({ connectionString, logger, noHandleSignals: true, concurrency: 1, taskList });
      const waits: number[] = [];
      for (let at = 0; at < jobs; at++) waits.push(await starts.time(() => utils.addJob('waits', { at })));
      await runner.stop();
      return waits;
    },
    async rate(jobs) {
      for (let at = 0; at < jobs; at++) await utils.addJob('rate', { at });
      const began = performance.now();
      await runOnce({
        connectionString,
        logger,
        noHandleSignals: true,
        concurrency: AT_ONCE,
        taskList: { rate: () => Promise.resolve() },
      });
      return (jobs * 1000) / (performance.now() - began);
    },
    close: async () => void (await utils.release()),
  };
}

/** pg-boss as it comes, asking as often as it may: every half second. */
export async function openPgBoss(connectionString: string): Promise<QueuePeer> {
  const boss = new PgBoss({ connectionString, supervise: false, schedule: false });
  boss.on('error', QUIET.error);
  await boss.start();
  for (const queue of ['waits', 'rate']) await boss.createQueue(queue);
  return {
    name: 'pg-boss',
    async waits(jobs) {
      const starts = makeStarts();
      await boss.work('waits', { pollingIntervalSeconds: 0.5, batchSize: 1 }, () => Promise.resolve(starts.begin()));
      const waits: number[] = [];
      for (let at = 0; at < jobs; at++) waits.push(await starts.time(() => boss.send('waits', { at })));
      await boss.offWork('waits');
      return waits;
    },
    async rate(jobs) {
      for (let at = 0; at < jobs; at++) await boss.send('rate', { at });
      const began = performance.now();
      const work = async (): Promise<void> => {
        for (;;) {
          const [job] = await boss.fetch('rate', { batchSize: 1 });
          if (job === undefined) return;
          await boss.complete('rate', job.id);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return (jobs * 1000) / (performance.now() - began);
    },
    close: () => boss.stop({ graceful: false }),
  };
}
