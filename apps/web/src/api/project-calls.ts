import {
  apiPaths,
  createProjectResponse,
  importResponse,
  okResponse,
  projectResponse,
  type CreateProjectBody,
  type ForkBody,
  type SetRemoteBody,
} from '@slipway/contracts';
import type { Ask } from './people-api.ts';

/** The remote that a project came from, as git calls it. */
const ORIGIN = 'origin';
/** The server itself gives an import up after ten minutes, and says so. */
const IMPORT_LIMIT_MS = 11 * 60_000;

/** Knows only how to ask, so that `createApi` stays small. */
export const makeProjectCalls = (ask: Ask) => ({
  createProject: (body: CreateProjectBody) => ask(createProjectResponse, 'POST', apiPaths.projects, body),
  deleteProject: (id: string) => ask(okResponse, 'DELETE', apiPaths.project(id)),
  renameProject: async (id: string, name: string) =>
    (await ask(projectResponse, 'PATCH', apiPaths.project(id), { name })).project,
  /** A new project that begins with a snapshot of this one. */
  forkProject: async (id: string, body: ForkBody) =>
    (await ask(projectResponse, 'POST', apiPaths.fork(id), body)).project,
  /** Names where the project came from: see `importOrigin`. */
  setOrigin: (id: string, body: SetRemoteBody) => ask(okResponse, 'PUT', apiPaths.remote(id, ORIGIN), body),
  /** Fills an empty project from where it came. Takes as long as the other server does. */
  importOrigin: (id: string) =>
    ask(importResponse, 'POST', apiPaths.importProject(id), { remote: ORIGIN }, IMPORT_LIMIT_MS),
});
