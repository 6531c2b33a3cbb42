import type { Project } from '@slipway/contracts';
import { projects } from '../../schema/index.ts';

/** All of `Project`: a field that is new there does not compile until it is here. */
export const projectColumns = {
  id: projects.id,
  name: projects.name,
  template: projects.template,
  containerId: projects.containerId,
  revision: projects.revision,
  latestSnapshotId: projects.latestSnapshotId,
  activeBuildId: projects.activeBuildId,
  createdAt: projects.createdAt,
  updatedAt: projects.updatedAt,
} satisfies Record<keyof Project, unknown>;
