import * as z from 'zod';
import { hostLabel } from '@slipway/wire';
import { id, micros } from './ids.ts';
import { snapshot } from './snapshots.ts';
import { plainText } from './text.ts';

/** A row of the list; files are in its snapshots. `template`: null for one that began empty or as a copy. */
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
/** `activeBuildId` null: its site shows nothing. */
export type Project = z.infer<typeof project>;

/** What a person calls it; two projects may have one name. */
export const projectName = plainText.trim().min(1).max(100);

/** POST /api/v1/projects. With a template the project starts with a first snapshot of its files. */
export const createProjectBody = z.strictObject({ name: projectName, template: plainText.max(64).optional() });
/** An unknown template is TEMPLATE_NOT_FOUND and makes nothing. */
export type CreateProjectBody = z.infer<typeof createProjectBody>;

/** PATCH /api/v1/projects/:id. The name is all that can be changed. */
export const updateProjectBody = z.strictObject({ name: projectName });
/** A change of name moves neither hosts nor links: those hang on ids. */
export type UpdateProjectBody = z.infer<typeof updateProjectBody>;

/** GET and PATCH /api/v1/projects/:id; another owner's is PROJECT_NOT_FOUND. */
export const projectResponse = z.strictObject({ project });
/** Its revision may be older than what an event has said meanwhile: the higher one is true. */
export type ProjectResponse = z.infer<typeof projectResponse>;

/** `snapshot` null: made without a template, so it has no files. */
export const createProjectResponse = z.strictObject({ project, snapshot: snapshot.nullable() });
/** The first snapshot's commit is what the tab's first save builds on. */
export type CreateProjectResponse = z.infer<typeof createProjectResponse>;

/** More are asked for with `?after=`. */
export const PROJECTS_PAGE = 100;

/** A page, last changed first. `next` goes into `?after=`; without it there are no more. */
export const projectListResponse = z.strictObject({
  projects: z.array(project).max(PROJECTS_PAGE),
  next: z.string().optional(),
});
/** Ordered by `updatedAt`: a project that is saved meanwhile may move to the first page. */
export type ProjectListResponse = z.infer<typeof projectListResponse>;
