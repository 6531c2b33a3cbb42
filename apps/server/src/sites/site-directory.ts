import { type Db, getSite, type Site, SITE_CHANNEL } from '@slipway/db';
import type { Logger } from 'pino';
import type { Sql } from '../events/listening-client.ts';
import { createSingleFlight } from './single-flight.ts';

/** Hosts are remembered for a moment; `close` stops to listen for changes. */
export interface SiteDirectory {
  find(host: string): Promise<Site | undefined>;
  /** The answer of `find` where it needs no question; undefined also for what is remembered not to be there. */
  known(host: string): Site | undefined;
  close(): Promise<void>;
}

/** Hosts that are remembered; who asks for more made-up ones pushes out others, and costs a question each. */
const REMEMBERED_HOSTS = 10_000;

/** An answer, good until its time is over. */
interface Remembered {
  site: Site | undefined;
  untilMs: number;
}

/**
 * Remembers for `keepMs` (a second) what the database said of a host, so that a page with
 * its fifty files is one question (ST-11, ST-13). A change is told by NOTIFY and forgets at
 * once; the second is what a lost notification costs. Also what is not there is remembered.
 */
export async function createSiteDirectory({
  db,
  client,
  log,
  keepMs,
}: {
  db: Db;
  client: Sql;
  log: Logger;
  keepMs: number;
}): Promise<SiteDirectory> {
  const remembered = new Map<string, Remembered>();
  const once = createSingleFlight<Site | undefined>();
  /** Counts what was told: an answer that was under way meanwhile may be the old one, and is not kept. */
  let changes = 0;
  const listening = await client.listen(
    SITE_CHANNEL,
    (projectId) => {
      changes++;
      for (const [host, { site }] of remembered)
        if (site === undefined || site.projectId === projectId) remembered.delete(host);
    },
    () => {
      // Again after a lost connection: what was told in between is unknown.
      changes++;
      remembered.clear();
      log.debug('listening for changes of sites');
    },
  );

  // A link that ends within the second is remembered until then and no longer.
  const ask = async (host: string): Promise<Site | undefined> => {
    const before = changes;
    const site = await getSite(db, host);
    if (changes !== before) return site;
    const leftMs = site?.expiresInUs === null || site === undefined ? keepMs : site.expiresInUs / 1000;
    remembered.delete(host);
    remembered.set(host, { site, untilMs: performance.now() + Math.min(keepMs, leftMs) });
    const oldest = remembered.keys().next();
    if (remembered.size > REMEMBERED_HOSTS && !oldest.done) remembered.delete(oldest.value);
    return site;
  };
  const fresh = (host: string): Remembered | undefined => {
    const found = remembered.get(host);
    return found !== undefined && found.untilMs > performance.now() ? found : undefined;
  };
  return {
    known: (host) => fresh(host)?.site,
    find: async (host) => {
      const found = fresh(host);
      return found === undefined ? await once(host, () => ask(host)) : found.site;
    },
    close: () => listening.unlisten(),
  };
}
