import * as z from 'zod';
import { user } from './auth.ts';
import { id, oid } from './ids.ts';
import { productConfig } from './product-config.ts';
import { project } from './projects.ts';
import { template } from './templates.ts';
import { treeEntries, treePage, treePath } from './tree.ts';

/**
 * POST /api/v1/open: all that a page of the IDE needs before it can show itself,
 * in one request. Takes the refresh cookie as POST /api/v1/auth/refresh does, and
 * with the same conditions (AU-09).
 */
export const openBody = z.strictObject({
  /** The project whose page it is; absent for the list of projects. */
  projectId: id.optional(),
});
/** The cookie says who asks; the body says only for which page. */
export type OpenBody = z.infer<typeof openBody>;

/** An access token and whose it is: the `data` of a `sessionResponse`. */
const openedSession = z.strictObject({ user, accessToken: z.string(), expiresIn: z.int().positive() });

/** The first data of the list of projects: its first page. */
export const openedHome = z.strictObject({
  projects: z.array(project),
  next: z.string().optional(),
  templates: z.array(template),
});
/** `next` goes into `?after=` of GET /api/v1/projects; absent: this was all. */
export type OpenedHome = z.infer<typeof openedHome>;

/** The first data of a project's page; the entries are those of its newest snapshot. */
export const openedProject = z.strictObject({
  project,
  entries: treeEntries.max(treePage.entries),
  /** As in `snapshotTreeResponse`: the rest is asked for by the snapshot's id. */
  next: treePath.optional(),
  /** Of that snapshot; null where there is none. */
  commit: oid.nullable(),
  config: productConfig,
  /** See `capabilityResponse`. */
  capability: z.string(),
});
/** The entries name files by hash; their bytes come with the snapshot's mount while the container boots. */
export type OpenedProject = z.infer<typeof openedProject>;

/** All null where nobody is signed in: the page then asks how a person can. */
export const openResponse = z.strictObject({
  /** Null: nobody is signed in here, and the machine's owner may not be without a password. */
  session: openedSession.nullable(),
  /** For a page without a project. */
  home: openedHome.nullable(),
  /** Null also where the owner has no such project. */
  project: openedProject.nullable(),
});
/** At most one of `home` and `project` is there, the one that the body asked for. */
export type OpenResponse = z.infer<typeof openResponse>;
