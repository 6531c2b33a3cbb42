import { type Db, readSiteFiles, type Site, type SiteFile } from '@slipway/db';
import { compileRules, type CompiledRules } from '@slipway/sites';
import type { SiteServing } from '@slipway/contracts';
import { createByteCache } from './byte-cache.ts';
import { createSingleFlight } from './single-flight.ts';

/** One version of a site as it is served: what never changes of it. */
export interface SiteVersion {
  files: ReadonlyMap<string, SiteFile>;
  serving: SiteServing;
  rules: CompiledRules;
}

/** Of the lists of files that are kept; the bytes of files have a limit of their own. */
const LIST_BYTES = 64 * 1024 ** 2;
/** What a file's row takes besides its path: hashes, the map's entry. */
const ROW_BYTES = 300;

/** How it was before versions had rules: every address that names no file got the first page. */
const withoutRules: SiteServing = { singlePage: true, trailingSlash: 'auto', headers: [], redirects: [] };

/**
 * A version's list of files is read once, also by many who ask at the same time, and kept until lists that were used
 * later push it out. One of more than an eighth of LIST_BYTES is never kept, and read each time.
 */
export function createSiteVersions(db: Db): { get(site: Site): Promise<SiteVersion> } {
  const kept = createByteCache<SiteVersion>(LIST_BYTES);
  const once = createSingleFlight<SiteVersion>();
  const read = async ({ artifactId, treeId, serving }: Site): Promise<SiteVersion> => {
    const rows = await readSiteFiles(db, treeId);
    const version: SiteVersion = {
      files: new Map(rows.map((file) => [file.path, file])),
      serving: serving ?? withoutRules,
      rules: compileRules(serving ?? withoutRules),
    };
    const bytes = rows.reduce(
      (sum, { path, encodings }) => sum + path.length * 2 + ROW_BYTES * (1 + (encodings?.length ?? 0)),
      0,
    );
    kept.set(artifactId, version, bytes + JSON.stringify(serving ?? '').length * 4);
    return version;
  };
  return { get: async (site) => kept.get(site.artifactId) ?? (await once(site.artifactId, () => read(site))) };
}
