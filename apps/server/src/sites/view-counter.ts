import { addViews, type Db, type Site } from '@slipway/db';
import type { Logger } from 'pino';

/** `add` never waits and never fails: views are gathered and written together. */
export interface ViewCounter {
  add(site: Site): void;
  /** What was counted until then is written, behind a write that is under way. */
  close(): Promise<void>;
}

/** How old the numbers are that people see. */
const WRITE_MS = 1000;

/** Gathers views in memory and writes them once a second; a server that is killed loses that second's. */
export function createViewCounter(db: Db, log: Logger): ViewCounter {
  let counted = { links: {} as Record<string, number>, projects: {} as Record<string, number> };
  let writing = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const write = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const taken = counted;
    counted = { links: {}, projects: {} };
    try {
      await addViews(db, taken);
    } catch (error) {
      // Numbers that are a little low are better than a heap that grows while the database is away.
      log.warn({ err: error }, 'views could not be counted');
    }
  };
  return {
    add: ({ kind, key }) => {
      const counts = kind === 'version' ? counted.links : counted.projects;
      counts[key] = (counts[key] ?? 0) + 1;
      timer ??= setTimeout(() => (writing = writing.then(write)), WRITE_MS).unref();
    },
    close: async () => {
      await writing;
      await write();
    },
  };
}
