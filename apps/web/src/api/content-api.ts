import {
  apiPaths,
  checkpointListResponse,
  checkpointResponse,
  historyResponse,
  missingBlobsResponse,
  putBlobResponse,
  SAVE_TYPE,
  restoreResponse,
  saveResponse,
  snapshotDiffResponse,
  snapshotTreeResponse,
  type CreateCheckpointBody,
  type OpenedProject,
  type RestoreBody,
  type Snapshot,
  type TreeEntry,
} from '@slipway/contracts';
import type { Sent } from './create-api.ts';

/** Longer than any other answer may take: a large file over a slow line. */
const UPLOAD_LIMIT_MS = 180_000;

/** Anything that checks an answer; zod schemas do. */
interface Schema<T> {
  parse(value: unknown): T;
}

/** How the API asks; see `createApi`. */
export interface Asking {
  send(request: Sent): Promise<Response>;
  get<T>(schema: Schema<T>, path: string): Promise<T>;
  post<T>(schema: Schema<T>, path: string, body: unknown): Promise<T>;
}

/** A snapshot with all of its entries, page by page; with those of the first page, where they are here already. */
export async function readTree(
  get: Asking['get'],
  id: string,
  snapshotId: string,
): Promise<{ snapshot: Snapshot; entries: TreeEntry[] }> {
  const { snapshot, entries, next } = await get(snapshotTreeResponse, apiPaths.snapshot(id, snapshotId));
  // "latest" may be another one by the time of the next page.
  return { snapshot, entries: await readRest(get, { id, snapshotId: snapshot.id }, entries, next) };
}

/** These, and the pages behind them. */
async function readRest(
  get: Asking['get'],
  { id, snapshotId }: { id: string; snapshotId: string },
  first: readonly TreeEntry[],
  behind: string | undefined,
): Promise<TreeEntry[]> {
  const all = [...first];
  for (let after = behind; after !== undefined;) {
    const page = await get(snapshotTreeResponse, apiPaths.snapshot(id, snapshotId, after));
    all.push(...page.entries);
    after = page.next;
  }
  return all;
}

/** What a page came with, and the rest of its project's tree. */
export async function readOpened(
  get: Asking['get'],
  { project, commit, entries, next }: OpenedProject,
): Promise<Pick<OpenedProject, 'project' | 'entries' | 'commit'>> {
  const { id, latestSnapshotId: snapshotId } = project;
  if (next === undefined || snapshotId === null) return { project, commit, entries };
  return { project, commit, entries: await readRest(get, { id, snapshotId }, entries, next) };
}

/** The part of the API that is about what is in projects. */
export function createContentApi({ send, get, post }: Asking) {
  const getBytes = async (path: string): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await (await send({ method: 'GET', path })).arrayBuffer());
  return {
    latestTree: (id: string) => readTree(get, id, 'latest'),
    snapshotTree: (id: string, snapshotId: string) => readTree(get, id, snapshotId),
    /** In the format of `mount` of the embedding API: one request for all files, however many. */
    snapshotMount: (id: string, snapshotId: string) => getBytes(apiPaths.snapshotMount(id, snapshotId)),
    /** Whole and as bytes: what kind of file it is shows only in them. */
    fileAt: (id: string, snapshotId: string, path: string) => getBytes(apiPaths.fileAt(id, snapshotId, path)),
    /** Changed paths become the next snapshot; `body` is that of `encodeSave`. */
    saveChanges: async (id: string, body: Uint8Array<ArrayBuffer>[]) => {
      const answer = await send({
        method: 'POST',
        path: apiPaths.saves(id),
        body: new Blob(body),
        type: SAVE_TYPE,
        limitMs: UPLOAD_LIMIT_MS,
      });
      return saveResponse.parse(await answer.json());
    },
    /** A page of the project's snapshots, newest first, and the revision before which the next begins. */
    history: (id: string, before?: number) => get(historyResponse, apiPaths.history(id, before)),
    snapshotDiff: (id: string, from: string, to: string) =>
      get(snapshotDiffResponse, apiPaths.snapshotDiff(id, from, to)),
    restore: (id: string, body: RestoreBody) => post(restoreResponse, apiPaths.restore(id), body),
    checkpoints: (id: string) => get(checkpointListResponse, apiPaths.checkpoints(id)),
    createCheckpoint: (id: string, body: CreateCheckpointBody) =>
      post(checkpointResponse, apiPaths.checkpoints(id), body),
    missingBlobs: (sha256: string[]) => post(missingBlobsResponse, apiPaths.missingBlobs, { sha256 }),
    putBlob: async (sha256: string, bytes: Uint8Array<ArrayBuffer>) => {
      const answer = await send({
        method: 'PUT',
        path: apiPaths.blob(sha256),
        body: new Blob([bytes]),
        type: 'application/octet-stream',
        limitMs: UPLOAD_LIMIT_MS,
      });
      return putBlobResponse.parse(await answer.json());
    },
  };
}
