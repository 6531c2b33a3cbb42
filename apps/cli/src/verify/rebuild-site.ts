import {
  apiPaths,
  type BuildStatement,
  siteResponse,
  type SnapshotTreeResponse,
  snapshotTreeResponse,
} from '@slipway/contracts';
import { serveHosts } from '@slipway/embed/node';
import { mustFindBrowser } from '@slipway/find-browser';
import { rebuildSave } from '@slipway/worker/rebuild';
import * as z from 'zod';
import { localRuntime } from '../container/local-runtime.ts';
import { openApi } from '../api/api-client.ts';
import { comparePublished } from './compare-published.ts';

/** What came of building a site anew on this machine; `failed`: nothing can be said of it. */
export type RebuildVerdict =
  | { outcome: 'same'; files: number }
  | { outcome: 'different'; differences: string[] }
  | { outcome: 'failed'; problem: string };

/** Secrets come by `variables` alone: the server tells them nobody. */
export interface RebuildOptions {
  /** SLIPWAY_TOKEN is in it. */
  env: Readonly<Record<string, string | undefined>>;
  /** Of the build, over those that the project's settings tell. */
  variables: Readonly<Record<string, string>>;
  log: (text: string) => void;
}

/** As a snapshot may be, encoded as JSON. */
const MOUNT_BYTES = 256 * 1024 ** 2;
/** The worker's page is on a host of this name, beside those of the runtime. */
const BUILDER_HOST = 'builder.slipway.localhost';
/** Part of the statement that says what was built. */
const parameters = z.object({ project: z.uuid(), snapshot: z.uuid() });

/**
 * Builds the save that a statement names on this machine, with this checkout's runtime and mirror, and compares every
 * file with those that the statement names (P-34). The save is fetched from its builder, as whoever may read it.
 */
export async function rebuildSite(
  { subject, predicate }: BuildStatement,
  { env, variables, log }: RebuildOptions,
): Promise<RebuildVerdict> {
  const named = parameters.safeParse(predicate.buildDefinition.externalParameters);
  if (!named.success) return { outcome: 'failed', problem: 'the statement names no save' };
  const { project, snapshot } = named.data;
  const api = await openApi({ ...env, SLIPWAY_URL: predicate.runDetails.builder.id });
  const tree = await readTree((after) => api.call('GET', apiPaths.snapshot(project, snapshot, after)));
  const signed = predicate.buildDefinition.resolvedDependencies[0]?.digest['gitCommit'];
  if (signed !== undefined && signed !== tree.snapshot.commit)
    return { outcome: 'failed', problem: `the builder gives commit ${tree.snapshot.commit}, and signed ${signed}` };
  const { site } = siteResponse.parse(await api.call('GET', apiPaths.site(project)));
  const mount = await api.bytes(apiPaths.snapshotMount(project, snapshot), MOUNT_BYTES);
  const told = Object.fromEntries(site.variables.flatMap(({ name, value }) => (value === null ? [] : [[name, value]])));
  const unknown = site.variables.filter(({ name, value }) => value === null && variables[name] === undefined);
  if (unknown.length > 0)
    log(`secret and not given by --env: ${unknown.map(({ name }) => name).join(', ')}; what they change will differ\n`);

  // The worker's own page answers before a request gets here: of the app's hosts nothing is needed.
  const hosts = await serveHosts({ ...localRuntime(), app: async () => false, moreParents: [BUILDER_HOST] });
  const stop = new AbortController();
  const onSignal = (): void => stop.abort(new Error('interrupted'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const rebuilt = await rebuildSave(
      { tree, mount, settings: site.settings, variables: { ...told, ...variables } },
      {
        origin: `http://${BUILDER_HOST}:${hosts.port}`,
        executable: mustFindBrowser(),
        signal: stop.signal,
        log: (bytes) => log(Buffer.from(bytes).toString()),
      },
    );
    if (rebuilt.outcome === 'failed') return rebuilt;
    const differences = comparePublished(subject, rebuilt.files);
    return differences.length > 0 ? { outcome: 'different', differences } : { outcome: 'same', files: subject.length };
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await hosts.close();
  }
}

/** The whole tree: an answer is a page of it. */
async function readTree(ask: (after: string | undefined) => Promise<unknown>): Promise<SnapshotTreeResponse> {
  const first = snapshotTreeResponse.parse(await ask(undefined));
  const entries = [...first.entries];
  for (let after = first.next; after !== undefined;) {
    // Each page begins where the one before ended.
    // oxlint-disable-next-line no-await-in-loop
    const page = snapshotTreeResponse.parse(await ask(after));
    entries.push(...page.entries);
    after = page.next;
  }
  return { snapshot: first.snapshot, entries };
}
