import { type BlobStore, readBlob } from '@slipway/blobs';
import type { Db, Site } from '@slipway/db';
import type { Logger } from 'pino';
import { createPasswords, type Passwords } from '../auth/passwords.ts';
import type { Sql } from '../events/listening-client.ts';
import { createByteCache } from './byte-cache.ts';
import { createHotAnswers } from './hot-answers.ts';
import { createSingleFlight } from './single-flight.ts';
import { createSiteDirectory } from './site-directory.ts';
import { createSitePasses, type SitePasses } from './site-passes.ts';
import { createSiteVersions, type SiteVersion } from './site-versions.ts';
import { createViewCounter, type ViewCounter } from './view-counter.ts';

/** One for the process: its caches share one bound, and what `close` does not write of the views is lost. */
export interface Sites {
  find(host: string): Promise<Site | undefined>;
  version(site: Site): Promise<SiteVersion>;
  /** The bytes of a file that is small enough to be kept; undefined for one that is to be streamed. */
  hotBytes(blob: { sha256: string; size: number }): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Whole answers for who asks the same again. */
  answers: ReturnType<typeof createHotAnswers>;
  blobs: BlobStore;
  db: Db;
  passes: SitePasses;
  passwords: Passwords;
  views: ViewCounter;
  close(): Promise<void>;
}

/** Larger files are streamed, whoever asks for them and how often. */
const HOT_FILE_BYTES = 512 * 1024;

/** Half of `cacheBytes` for files and half for whole answers. `keepMs`: see `createSiteDirectory`. */
export async function createSites(needs: {
  db: Db;
  client: Sql;
  blobs: BlobStore;
  log: Logger;
  secret: string;
  secure: boolean;
  cacheBytes: number;
  keepMs: number;
}): Promise<Sites> {
  const { db, blobs, log } = needs;
  const directory = await createSiteDirectory(needs);
  const versions = createSiteVersions(db);
  const hot = createByteCache<Uint8Array<ArrayBuffer>>(needs.cacheBytes / 2);
  const once = createSingleFlight<Uint8Array<ArrayBuffer>>();
  const views = createViewCounter(db, log);
  // Their bytes are mostly the same ones, but outlive them there: each has half of the memory.
  const answers = createHotAnswers({
    limitBytes: needs.cacheBytes / 2,
    known: directory.known,
    viewed: (site) => views.add(site),
  });
  const read = async (sha256: string): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = await readBlob(blobs, sha256);
    if (bytes === undefined) throw new Error(`Cannot serve blob "${sha256}" of a site: its bytes are gone`);
    hot.set(sha256, bytes, bytes.length);
    return bytes;
  };
  return {
    find: directory.find,
    version: versions.get,
    hotBytes: async ({ sha256, size }) =>
      size > HOT_FILE_BYTES ? undefined : (hot.get(sha256) ?? (await once(sha256, () => read(sha256)))),
    answers,
    blobs,
    db,
    passes: createSitePasses(needs.secret, { secure: needs.secure, now: Date.now }),
    // A queue of their own: guesses at a site's password hold up nobody's sign-in.
    passwords: createPasswords({ atOnce: 1, waiting: 16 }),
    views,
    close: async () => {
      await views.close();
      await directory.close();
    },
  };
}
