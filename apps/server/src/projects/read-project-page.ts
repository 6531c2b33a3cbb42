import { PROJECTS_PAGE, type ProjectListResponse } from '@slipway/contracts';
import { type Db, listProjects, type ProjectCursor } from '@slipway/db';
import { UUID_PATTERN } from '../http/read-body.ts';

const CURSOR = new RegExp(`^(\\d{1,16})_(${UUID_PATTERN})$`);

/** What `?after=` says; undefined for what no page has said. */
export function parseProjectCursor(text: string): ProjectCursor | undefined {
  const [, updatedAt, id] = CURSOR.exec(text) ?? [];
  return updatedAt === undefined || id === undefined ? undefined : { updatedAt: Number(updatedAt), id };
}

/** A page of an owner's projects (SV-05), with what the next one is asked for by. */
export async function readProjectPage(db: Db, owner: string, after?: ProjectCursor): Promise<ProjectListResponse> {
  const { projects, next } = await listProjects(db, owner, { after, limit: PROJECTS_PAGE });
  return { projects, ...(next === undefined ? {} : { next: `${next.updatedAt}_${next.id}` }) };
}
