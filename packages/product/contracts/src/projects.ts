import * as z from 'zod';
import { hostLabel } from '@slipway/wire';
import { id, micros } from './ids.ts';
import { snapshot } from './snapshots.ts';
import { plainText } from './text.ts';

export const project = z.strictObject({
  id,
  name: z.string(),
  template: z.string().nullable(),
  /** Label of the project's own runtime origin and of its preview hosts; stable for the project's life. */
  containerId: hostLabel,
  /** Grows by one with every snapshot; a push names the one it started from. */
  revision: z.int().nonnegative(),
  latestSnapshotId: id.nullable(),
  activeBuildId: id.nullable(),
  createdAt: micros,
  updatedAt: micros,
});
export type Project = z.infer<typeof project>;

export const projectName = plainText.trim().min(1).max(100);

/** POST /api/v1/projects. With a template the project starts with a first snapshot of its files. */
export const createProjectBody = z.strictObject({ name: projectName, template: plainText.max(64).optional() });
export type CreateProjectBody = z.infer<typeof createProjectBody>;

export const updateProjectBody = z.strictObject({ name: projectName });
export type UpdateProjectBody = z.infer<typeof updateProjectBody>;

export const projectResponse = z.strictObject({ project });
export type ProjectResponse = z.infer<typeof projectResponse>;

export const createProjectResponse = z.strictObject({ project, snapshot: snapshot.nullable() });
export type CreateProjectResponse = z.infer<typeof createProjectResponse>;

/** Most projects of one answer. */
export const PROJECTS_PAGE = 100;

/** A page, last changed first. `next` goes into `?after=`; without it there are no more. */
export const projectListResponse = z.strictObject({
  projects: z.array(project).max(PROJECTS_PAGE),
  next: z.string().optional(),
});
export type ProjectListResponse = z.infer<typeof projectListResponse>;
