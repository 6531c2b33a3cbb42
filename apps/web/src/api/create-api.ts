import {
  apiPaths, buildListResponse, buildLogsResponse, buildResponse, capabilityResponse, createProjectResponse, missingBlobsResponse, okResponse,
  projectListResponse, projectResponse, putBlobResponse, runtimeConfig, snapshotResponse, snapshotTreeResponse, templateListResponse,
  type CommitSnapshotBody, type CreateProjectBody,
} from '@slipway/contracts';
import type { Session } from '../session/create-session.ts';
import { ApiError } from './api-error.ts';
import { followEvents, type EventFollower, type EventHandlers } from './follow-events.ts';

/** Anything that checks an answer; zod schemas do. */
interface Schema<T> {
  parse(value: unknown): T;
}

/** `fetch` says "Failed to fetch" for every reason; people need to know that it is the server. */
async function reach<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof TypeError) throw new ApiError(0, 'UNREACHABLE', 'The server does not answer', undefined);
    throw error;
  }
}

/** The server's API with typed answers. Every failure is an ApiError. */
export function createApi(session: Session) {
  const send = async (method: string, path: string, body?: BodyInit, type?: string): Promise<Response> => {
    const token = await reach(() => session.token());
    const headers: Record<string, string> = {};
    if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
    if (type !== undefined) headers['Content-Type'] = type;
    const response = await reach(() => fetch(path, { method, headers, ...(body === undefined ? {} : { body }) }));
    if (!response.ok) throw await ApiError.from(response);
    return response;
  };
  const get = async <T>(schema: Schema<T>, path: string): Promise<T> => schema.parse(await (await send('GET', path)).json());
  const post = async <T>(schema: Schema<T>, path: string, body: unknown): Promise<T> =>
    schema.parse(await (await send('POST', path, JSON.stringify(body), 'application/json')).json());

  return {
    config: () => get(runtimeConfig, apiPaths.config),
    templates: () => get(templateListResponse, apiPaths.templates),
    projects: () => get(projectListResponse, apiPaths.projects),
    project: (id: string) => get(projectResponse, apiPaths.project(id)),
    createProject: (body: CreateProjectBody) => post(createProjectResponse, apiPaths.projects, body),
    deleteProject: async (id: string) => okResponse.parse(await (await send('DELETE', apiPaths.project(id))).json()),
    capability: (id: string) => post(capabilityResponse, apiPaths.capability(id), {}),
    latestTree: (id: string) => get(snapshotTreeResponse, apiPaths.snapshot(id, 'latest')),
    latestMount: async (id: string) => new Uint8Array(await (await send('GET', apiPaths.snapshotMount(id, 'latest'))).arrayBuffer()),
    missingBlobs: (sha256: string[]) => post(missingBlobsResponse, apiPaths.missingBlobs, { sha256 }),
    putBlob: async (sha256: string, bytes: Uint8Array<ArrayBuffer>) =>
      putBlobResponse.parse(await (await send('PUT', apiPaths.blob(sha256), new Blob([bytes]), 'application/octet-stream')).json()),
    commitSnapshot: (id: string, body: CommitSnapshotBody) => post(snapshotResponse, apiPaths.snapshots(id), body),
    builds: (id: string) => get(buildListResponse, apiPaths.builds(id)),
    createBuild: (id: string, snapshotId: string) => post(buildResponse, apiPaths.builds(id), { snapshotId }),
    cancelBuild: (buildId: string) => post(buildResponse, apiPaths.cancelBuild(buildId), {}),
    buildLogs: (buildId: string, after = 0) => get(buildLogsResponse, apiPaths.buildLogs(buildId, after)),
    /** Server events until stopped; reconnects by itself and resumes where it was. */
    events: (handlers: EventHandlers): EventFollower => followEvents((headers) => openStream(session, headers), handlers),
    signOut: () => session.signOut(),
  };
}

export type Api = ReturnType<typeof createApi>;

async function openStream(session: Session, extra: { lastEventId: string | undefined; signal: AbortSignal }): Promise<Response> {
  const token = await session.token();
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
  if (extra.lastEventId !== undefined) headers['Last-Event-ID'] = extra.lastEventId;
  const response = await fetch(apiPaths.events, { headers, signal: extra.signal });
  if (!response.ok) throw await ApiError.from(response);
  return response;
}
