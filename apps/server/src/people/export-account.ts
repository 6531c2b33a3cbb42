import { type BlobStore, readSnapshotEntries } from '@slipway/blobs';
import type { AuditEntry, Project, User } from '@slipway/contracts';
import {
  type Db,
  listAccessTokens,
  listAudit,
  listBuilds,
  listProjects,
  type ProjectCursor,
  listSessions,
  listShares,
  listSnapshots,
} from '@slipway/db';
import { type TarEntry, writeTar } from './tar.ts';

/** Lines of the audit log that are read at a time. */
const AUDIT_LINES = 500;

/**
 * All that the server has of a person, as a tar archive that is written while it is read: `account.json` about herself,
 * `project.json` and the newest files of each project. Read at the reader's pace, one file at a time.
 */
export function exportAccount(
  needs: { db: Db; blobs: BlobStore },
  user: User,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const pieces = writeTar(entriesOf(needs, user));
  return new ReadableStream({
    pull: async (controller) => {
      const next = await pieces.next();
      if (next.done === true) controller.close();
      else controller.enqueue(new Uint8Array(next.value));
    },
    cancel: async () => void (await pieces.return(undefined)),
  });
}

/** Page by page: a list of any length is not one question. */
async function allProjects(db: Db, owner: string): Promise<Project[]> {
  const all: Project[] = [];
  for (let after: ProjectCursor | undefined; ;) {
    const page = await listProjects(db, owner, { after, limit: 1000 });
    all.push(...page.projects);
    after = page.next;
    if (after === undefined) return all;
  }
}

/** Throws where bytes are gone: an export that silently lacks a file would be a lie. */
async function* entriesOf({ db, blobs }: { db: Db; blobs: BlobStore }, user: User): AsyncGenerator<TarEntry> {
  const projects = await allProjects(db, user.id);
  yield jsonEntry('account.json', {
    user,
    sessions: await listSessions(db, user.id, null),
    accessTokens: await listAccessTokens(db, user.id),
    projects: projects.map(({ id, name }) => ({ id, name })),
    audit: await wholeAudit(db, user.id),
  });
  for (const project of projects) {
    const folder = `projects/${folderName(project)}`;
    yield jsonEntry(`${folder}/project.json`, {
      project,
      snapshots: await listSnapshots(db, user.id, project.id),
      builds: await listBuilds(db, user.id, project.id),
      shares: await listShares(db, user.id, project.id),
    });
    const entries = await readSnapshotEntries(blobs, db, user.id, project.id, 'latest');
    for (const entry of entries ?? []) {
      if (entry.kind !== 'file') continue;
      const read = await blobs.get(entry.sha256);
      if (read.outcome !== 'found') throw new Error(`Cannot export "${entry.path}": its bytes are gone`);
      yield { path: `${folder}/files/${entry.path}`, size: read.size, mode: entry.mode, bytes: chunksOf(read.stream) };
    }
  }
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* stream;
}

/** For people: indented, with a line's end. */
function jsonEntry(path: string, value: unknown): TarEntry {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`);
  return { path, size: bytes.length, bytes: [bytes] };
}

/** Ten thousand lines at most, the newest. */
async function wholeAudit(db: Db, personId: string): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (let before: number | null = null; ;) {
    const page: AuditEntry[] = await listAudit(db, { personId, before, limit: AUDIT_LINES });
    entries.push(...page);
    if (page.length < AUDIT_LINES || entries.length >= 20 * AUDIT_LINES) return entries;
    before = page.at(-1)!.id;
  }
}

/** A name that is one folder everywhere, and the beginning of the id, since names need not differ. */
function folderName({ id, name }: Project): string {
  const plain = name.replace(/[^\p{L}\p{N} ._-]/gu, '_').replace(/^\.+/, '_');
  return `${plain}-${id.slice(0, 8)}`;
}
