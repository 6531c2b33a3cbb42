import {
  apiPaths,
  buildListResponse,
  buildLogsResponse,
  buildResponse,
  capabilityResponse,
  claimHolderResponse,
  okResponse,
  productConfig,
  projectListResponse,
  projectResponse,
  templateListResponse,
  usageResponse,
  type AnswerCommandBody,
  type ClaimHolderBody,
  type OpenedProject,
  type Project,
  type HolderFence,
  type MirrorRunBody,
  type TakeRunLeaseBody,
  takeRunLeaseResponse,
  type TopicName,
} from '@slipway/contracts';
import { createOperationsCalls } from './operations-calls.ts';
import { type Ask, createPeopleApi } from './people-api.ts';
import type { Link, TopicHandlers } from './link/create-link.ts';
import type { Session } from '../session/create-session.ts';
import { createContentApi, readOpened, readTree } from './content-api.ts';
import { ApiError } from './api-error.ts';
import { makePluginCalls } from './plugin-calls.ts';
import { makeShareCalls } from './share-calls.ts';
import { makeProjectCalls } from './project-calls.ts';
import { makeSiteCalls } from './site-calls.ts';
import type { EventFollower, EventHandlers } from './follow-events.ts';
import { knownProjects } from '../folder/known-projects.ts';

/** Anything that checks an answer; zod schemas do. */
interface Schema<T> {
  parse(value: unknown): T;
}

/** A connection that died silently is never answered: what saves a project gives up and tries again. */
const ANSWER_LIMIT_MS = 60_000;

/** `fetch` says "Failed to fetch" for every reason; people need to know that it is the server. */
async function reach<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    if (late || error instanceof TypeError)
      throw new ApiError(0, 'UNREACHABLE', 'The server does not answer', undefined);
    throw error;
  }
}

/** What a call sends; the token is added to it, and it is sent again with a new one where that has run out. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: BodyInit;
  /** `Content-Type`; without one the browser names it by the kind of body. */
  readonly type?: string;
  /** Without one the browser decides how long it waits. */
  readonly limitMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the answer too, of which there may be no end. */
  readonly signal?: AbortSignal;
  /** Sent even if the page goes away meanwhile. */
  readonly keepalive?: boolean;
}

/** The server's API with typed answers. Every failure is an ApiError. */
export function createApi(session: Session, link: Link) {
  const attempt = (request: Sent, token: string | undefined): Promise<Response> => {
    const { method, path, body, type, limitMs, keepalive = false } = request;
    const headers: Record<string, string> = { ...request.headers };
    if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
    if (type !== undefined) headers['Content-Type'] = type;
    const signal = limitMs === undefined ? (request.signal ?? null) : AbortSignal.timeout(limitMs);
    return reach(() => fetch(path, { method, headers, signal, keepalive, ...(body === undefined ? {} : { body }) }));
  };
  const send = async (request: Sent): Promise<Response> => {
    const token = await reach(() => session.token());
    let response = await attempt(request, token);
    if (response.status === 401 && token !== undefined) {
      // The session was ended before its time. There may be another one to be had, or the person is asked.
      const renewed = await reach(() => session.token(token));
      if (renewed !== undefined) response = await attempt(request, renewed);
    }
    if (!response.ok) throw await ApiError.from(response);
    return response;
  };
  const ask: Ask = async (schema, method, path, body, limitMs = ANSWER_LIMIT_MS) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body), type: 'application/json' };
    const limit = method === 'GET' ? {} : { limitMs };
    return schema.parse(await (await send({ method, path, ...limit, ...sent })).json());
  };
  const get = <T>(schema: Schema<T>, path: string): Promise<T> => ask(schema, 'GET', path);
  const post = <T>(schema: Schema<T>, path: string, body: unknown): Promise<T> => ask(schema, 'POST', path, body);

  const { first } = session;
  const knownConfig = () => (session.state().name === 'offline' ? knownProjects.list()[0]?.config : undefined);
  return {
    ...makeSiteCalls(ask),
    ...makeShareCalls(ask),
    ...makePluginCalls(ask, send),
    /** For features that are loaded later, and bring their calls. */
    ask,
    send,
    config: async () => first.takeConfig() ?? knownConfig() ?? (await get(productConfig, apiPaths.config)),
    /** The page was opened while nobody answered: what this browser knows is all there is, until somebody does. */
    isOffline: () => session.state().name === 'offline',
    known: knownProjects,
    templates: async () => first.takeTemplates() ?? (await get(templateListResponse, apiPaths.templates)).templates,
    /** All of them, last changed first; they come in pages. */
    projects: async (): Promise<Project[]> => {
      const all = new Map<string, Project>();
      for (let page = first.takeProjects() ?? (await get(projectListResponse, apiPaths.projects)); ;) {
        // One that was changed meanwhile comes again, on an earlier page.
        for (const project of page.projects) if (!all.has(project.id)) all.set(project.id, project);
        if (page.next === undefined) return [...all.values()];
        page = await get(projectListResponse, `${apiPaths.projects}?after=${encodeURIComponent(page.next)}`);
      }
    },
    /** A project and what is in its newest snapshot. */
    openProject: async (id: string): Promise<Pick<OpenedProject, 'project' | 'entries' | 'commit'>> => {
      const opened = first.takeProject(id);
      if (opened !== undefined) return await readOpened(get, opened);
      const { project } = await get(projectResponse, apiPaths.project(id));
      if (project.latestSnapshotId === null) return { project, entries: [], commit: null };
      const { snapshot, entries } = await readTree(get, id, project.latestSnapshotId);
      return { project, entries, commit: snapshot.commit };
    },
    usage: async () => (await get(usageResponse, apiPaths.usage)).usage,
    ...makeProjectCalls(ask),
    capability: async (id: string) =>
      first.takeCapability(id) ?? (await post(capabilityResponse, apiPaths.capability(id), {})).capability,
    ...createContentApi({ send, get, post }),
    builds: (id: string) => get(buildListResponse, apiPaths.builds(id)),
    createBuild: (id: string, snapshotId: string) => post(buildResponse, apiPaths.builds(id), { snapshotId }),
    cancelBuild: (buildId: string) => post(buildResponse, apiPaths.cancelBuild(buildId), {}),
    buildLogs: (buildId: string, after = 0) => get(buildLogsResponse, apiPaths.buildLogs(buildId, after)),
    /** Server events until stopped; reconnects by itself and resumes where it was. */
    events: (handlers: EventHandlers): EventFollower => link.events(handlers),
    /** A topic's events behind a number, until stopped. */
    topic: (name: TopicName, after: number, handlers: TopicHandlers): EventFollower =>
      link.topic(name, after, handlers),
    link,
    claimHolder: (id: string, body: ClaimHolderBody, takeOver: boolean) =>
      post(claimHolderResponse, takeOver ? apiPaths.takeOverHolder(id) : apiPaths.holder(id), body),
    /** Also while the page goes: the browser sends it on behalf of a page that is no more. */
    releaseHolder: async (id: string, fence: HolderFence): Promise<void> => {
      await send({
        method: 'POST',
        path: apiPaths.releaseHolder(id),
        body: JSON.stringify(fence),
        type: 'application/json',
        keepalive: true,
      });
    },
    takeRunLease: (id: string, body: TakeRunLeaseBody) => post(takeRunLeaseResponse, apiPaths.runLease(id), body),
    releaseRunLease: (id: string, fence: HolderFence) => post(okResponse, apiPaths.releaseRunLease(id), fence),
    mirrorRun: async (id: string, body: MirrorRunBody): Promise<void> => {
      await send({
        method: 'PUT',
        path: apiPaths.runRecord(id),
        body: JSON.stringify(body),
        type: 'application/json',
        limitMs: ANSWER_LIMIT_MS,
      });
    },
    answerCommand: (id: string, commandId: string, body: AnswerCommandBody) =>
      post(okResponse, apiPaths.commandAnswer(id, commandId), body),
    signOut: () => session.signOut(),
    /** Also one whose session has expired: his work stays on the screen until he has signed in again. */
    user: () => {
      const state = session.state();
      return 'user' in state ? state.user : undefined;
    },
    people: createPeopleApi(ask, send, session),
    operations: createOperationsCalls(ask),
  };
}

/** Inferred from `createApi`: features take parts of it by `Pick`. */
export type Api = ReturnType<typeof createApi>;
