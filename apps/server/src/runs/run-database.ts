import { type RunMongo, RUN_MONGO_PORT } from '@slipway/contracts';
import type { EgressGuard } from '@slipway/egress';
import type { Config } from '../config/config.ts';

/** The operator's MongoDB that runs of projects may use (RN-14). */
export interface RunDatabase {
  /**
   * Null without RUN_MONGO_TARGET; `answers` is false where it is set and nobody takes a connection within ANSWER_MS.
   */
  of(projectId: string): Promise<RunMongo | null>;
}

/** What was found out is believed for so long: runs begin often. */
const KNOWN_MS = 5000;
/** A run waits no longer for a database that may be away. */
const ANSWER_MS = 2000;

/** `openSocket` is the guard's that may call RUN_MONGO_TARGET. */
export function createRunDatabase(
  config: Pick<Config, 'RUN_MONGO_TARGET' | 'RUN_MONGO_DB_PREFIX'>,
  openSocket: EgressGuard['openSocket'],
): RunDatabase {
  const target = config.RUN_MONGO_TARGET;
  let known: { readonly untilMs: number; readonly answers: Promise<boolean> } | undefined;
  const ask = async (host: string, port: number): Promise<boolean> => {
    try {
      (await openSocket({ host, port, deadlineMs: ANSWER_MS })).destroy();
      return true;
    } catch {
      // Why does not matter to a run: there is none.
      return false;
    }
  };
  return {
    async of(projectId) {
      if (target === undefined) return null;
      const [host = '', port] = target.split(':');
      const now = performance.now();
      if (known === undefined || now > known.untilMs)
        known = { untilMs: now + KNOWN_MS, answers: ask(host, Number(port)) };
      const url = `mongodb://127.0.0.1:${RUN_MONGO_PORT}/${config.RUN_MONGO_DB_PREFIX}${projectId}`;
      return { url, answers: await known.answers };
    },
  };
}
