import type { BlobStore } from '@slipway/blobs';
import {
  type BuildSettings,
  defaultBuildSettings,
  type DetectedBuild,
  type Publishing,
  type TabPlan,
} from '@slipway/contracts';
import {
  type Db,
  getProject,
  getProjectSite,
  getSnapshot,
  listBuildVariables,
  placeOf,
  sealedColumns,
} from '@slipway/db';
import type { SecretBox } from '@slipway/secrets';
import { buildEnvironment } from '@slipway/sites';
import { detectProject } from './detect-project.ts';

/** `secretBox` opens plain build variables, which the tab gets; a secret one makes the server build instead. */
export interface TabPlanNeeds {
  db: Db;
  blobs: BlobStore;
  secretBox: SecretBox;
}

/** `server`: it is built there, and why. */
export type TabPlanResult =
  | {
      outcome: 'tab';
      plan: TabPlan;
      settings: BuildSettings;
      detected: DetectedBuild;
      publishing: Exclude<Publishing, 'server'>;
    }
  | { outcome: 'server'; why: string }
  | { outcome: 'project-missing' | 'snapshot-missing' };

/** How a tab builds a snapshot so that the server's build of it can be the same, where it may (P-33). */
export async function planTabBuild(
  needs: TabPlanNeeds,
  ownerId: string,
  { projectId, snapshotId }: { projectId: string; snapshotId: string },
): Promise<TabPlanResult> {
  const { db } = needs;
  const project = await getProject(db, ownerId, projectId);
  const site = project && (await getProjectSite(db, ownerId, projectId));
  if (!project || !site) return { outcome: 'project-missing' };
  const snapshot = await getSnapshot(db, ownerId, projectId, snapshotId);
  if (!snapshot) return { outcome: 'snapshot-missing' };
  const settings = site.settings ?? defaultBuildSettings;
  // Of what was stored before there was a choice, the field is absent.
  const publishing = settings.publishing ?? 'keep';
  if (publishing === 'server') return { outcome: 'server', why: 'its settings say so' };
  const variables = await listBuildVariables(db, ownerId, projectId);
  // A tab does not get them, and what it built could not be searched for them before it is public (P-30).
  if (variables.some(({ secret }) => secret)) return { outcome: 'server', why: 'it has secret variables' };
  const detected = await detectProject(needs, ownerId, project, settings, snapshotId);
  if (detected?.outcome !== 'detected')
    return { outcome: 'server', why: detected?.problem ?? 'its files do not say how it is built' };
  const { root, install, build, output } = detected.build;
  if (root !== '') return { outcome: 'server', why: `it is built in the folder "${root}"` };
  if (build === null || output === '') return { outcome: 'server', why: 'there is nothing to build' };
  const plain = Object.fromEntries(
    variables.map(({ id, name, sealed }) => [
      name,
      needs.secretBox.open(sealed, placeOf(sealedColumns.buildVariable, id)),
    ]),
  );
  if (settings.nodeOptions !== null) plain['NODE_OPTIONS'] = settings.nodeOptions;
  const environment = buildEnvironment(snapshot.createdAt, plain);
  const plan: TabPlan = { command: build, output, packages: install !== null, environment };
  return { outcome: 'tab', plan, settings, detected: detected.build, publishing };
}
