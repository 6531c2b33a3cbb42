import type { SnapshotFile } from '@slipway/blobs';
import { type BuildSettings, defaultBuildSettings, type RunnerPlan } from '@slipway/contracts';
import { type Db, getProjectSite, getSnapshot, listBuildVariables, placeOf, sealedColumns } from '@slipway/db';
import type { SecretBox } from '@slipway/secrets';
import { makePlan } from './make-plan.ts';
import type { NamedSecret } from './secret-scanner.ts';

/** How a build runs, and what must not be seen of it. */
export interface BuildPlan {
  runner: RunnerPlan;
  settings: BuildSettings;
  /** By detection, where the settings leave it open. */
  singlePage: boolean;
  secrets: NamedSecret[];
  title: string;
}

/** `unclear`: the settings must say more. */
export type PlanResult = { outcome: 'planned'; plan: BuildPlan } | { outcome: 'unclear'; problem: string };

/** The plan of a save of a project's (P-29), with its variables opened. */
export async function planBuild(
  needs: { db: Db; secretBox: () => SecretBox },
  owner: { ownerId: string; projectId: string; snapshotId: string },
  files: readonly SnapshotFile[],
): Promise<PlanResult> {
  const { db } = needs;
  const site = await getProjectSite(db, owner.ownerId, owner.projectId);
  const settings = site?.settings ?? defaultBuildSettings;
  const variables = await openVariables(needs, owner);
  const snapshot = await getSnapshot(db, owner.ownerId, owner.projectId, owner.snapshotId);
  const made = makePlan({
    files,
    settings,
    variables: Object.fromEntries(variables.map(({ name, value }) => [name, value])),
    createdAtUs: snapshot?.createdAt ?? 0,
  });
  if (made.outcome === 'unclear') return made;
  const { runner, singlePage, title } = made;
  const secrets = variables.filter(({ secret }) => secret);
  return { outcome: 'planned', plan: { runner, settings, singlePage, secrets, title } };
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
