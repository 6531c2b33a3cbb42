import type { SnapshotFile } from '@slipway/blobs';
import { type BuildSettings, defaultBuildSettings, type RunnerPlan } from '@slipway/contracts';
import { type Db, getProjectSite, getSnapshot, listBuildVariables, placeOf, sealedColumns } from '@slipway/db';
import type { SecretBox } from '@slipway/secrets';
import { buildEnvironment, detectBuild } from '@slipway/sites';
import type { NamedSecret } from './secret-scanner.ts';

/** How a build runs, and what must not be seen of it. */
export interface BuildPlan {
  runner: RunnerPlan;
  settings: BuildSettings;
  /** By detection, where the settings leave it open. */
  singlePage: boolean;
  secrets: NamedSecret[];
  /** What it will do, for the log. */
  title: string;
}

/** `unclear`: the settings must say more. */
export type PlanResult = { outcome: 'planned'; plan: BuildPlan } | { outcome: 'unclear'; problem: string };

/** The project's settings over what its files say (P-29), with its variables opened. */
export async function planBuild(
  needs: { db: Db; secretBox: () => SecretBox },
  owner: { ownerId: string; projectId: string; snapshotId: string },
  files: readonly SnapshotFile[],
): Promise<PlanResult> {
  const { db } = needs;
  const site = await getProjectSite(db, owner.ownerId, owner.projectId);
  const settings = site?.settings ?? defaultBuildSettings;
  const texts = new Map(files.flatMap((file) => (file.kind === 'file' ? [[file.path, file.bytes] as const] : [])));
  const has = (path: string): boolean => texts.has(path);
  const detected = detectBuild(
    {
      paths: [...texts.keys()],
      has,
      text: (path) => {
        const bytes = texts.get(path);
        return bytes && new TextDecoder().decode(bytes);
      },
    },
    settings,
  );
  if (detected.outcome === 'unclear') return detected;
  const { framework, root, install, build, output, singlePage } = detected.build;
  const variables = await openVariables(needs, owner);
  const plain = Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  if (settings.nodeOptions !== null) plain['NODE_OPTIONS'] = settings.nodeOptions;
  const snapshot = await getSnapshot(db, owner.ownerId, owner.projectId, owner.snapshotId);
  const environment = buildEnvironment(snapshot?.createdAt ?? 0, plain);
  const steps = [install, build].filter((step) => step !== null);
  return {
    outcome: 'planned',
    plan: {
      runner: { installRoot: installRoot(root, has), root, install, build, output, variables: environment },
      settings,
      singlePage,
      secrets: variables.filter(({ secret }) => secret),
      title: `${framework ?? 'project'}${root === '' ? '' : ` in "${root}"`}: ${
        steps.length === 0 ? 'published as it is' : `${steps.join(', then ')}; output "${output}"`
      }`,
    },
  };
}

/** Of a monorepo, the top, where its one lockfile is. */
function installRoot(root: string, has: (path: string) => boolean): string {
  const locks = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];
  if (root === '' || locks.some((lock) => has(`${root}/${lock}`))) return root;
  return has('package.json') ? '' : root;
}

/**
 * Each is bound to its row (`placeOf`): one that was copied to another row does not open. Throws where a key
 * is missing.
 */
async function openVariables(
  { db, secretBox }: { db: Db; secretBox: () => SecretBox },
  { ownerId, projectId }: { ownerId: string; projectId: string },
): Promise<(NamedSecret & { secret: boolean })[]> {
  const sealed = await listBuildVariables(db, ownerId, projectId);
  // Without variables a worker needs no key.
  if (sealed.length === 0) return [];
  const box = secretBox();
  return sealed.map(({ id, name, secret, sealed: text }) => ({
    name,
    secret,
    value: box.open(text, placeOf(sealedColumns.buildVariable, id)),
  }));
}
