import { WORKER_REPORT_SECONDS } from '@slipway/contracts';
import { type Db, dismissWorker, reportWorker } from '@slipway/db';
import type { Logger } from 'pino';

/** Says every few seconds that this worker is there, also while it has nothing to do; `stop` takes it from the list. */
export function reportPresence(db: Db, name: string, log: Logger): { stop(): Promise<void> } {
  let saying: Promise<void> | undefined;
  const say = (): void => {
    // A database that takes its time is not asked again meanwhile.
    saying ??= reportWorker(db, name)
      .catch((error: unknown) => log.debug({ err: error }, 'could not say that this worker is there'))
      .finally(() => (saying = undefined));
  };
  say();
  const timer = setInterval(say, WORKER_REPORT_SECONDS * 1000);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await saying;
      await dismissWorker(db, name).catch((error: unknown) =>
        log.debug({ err: error }, 'could not say that this worker ends'),
      );
    },
  };
}
