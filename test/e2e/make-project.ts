import { createHash } from 'node:crypto';
import {
  apiPaths,
  createProjectResponse,
  projectResponse,
  snapshotTreeResponse,
  type TreeEntry,
} from '@slipway/contracts';
import { ask, mustBe } from './ask.ts';

const USUAL_MODE = 0o644;

/** A text, and the file's mode where it is not the usual one. */
export type MadeFile = string | { readonly text: string; readonly mode: number };

/** A project with these files, made over the API; gives its id. */
export async function makeProject(
  port: number,
  token: string,
  name: string,
  files: Readonly<Record<string, MadeFile>>,
): Promise<string> {
  const created = mustBe(await ask(port, 'POST', apiPaths.projects, { token, body: { name } }), 201, 'create');
  const { project } = createProjectResponse.parse(JSON.parse(created.body));
  const entries: TreeEntry[] = [];
  for (const [path, file] of Object.entries(files)) {
    const { text, mode } = typeof file === 'string' ? { text: file, mode: USUAL_MODE } : file;
    entries.push(await storeFile(port, token, path, text, mode));
  }
  mustBe(
    await ask(port, 'POST', apiPaths.snapshots(project.id), { token, body: { baseRevision: 0, entries } }),
    201,
    'commit',
  );
  return project.id;
}

/** Gives one file another text, as another device does that has the newest snapshot. */
export async function changeFile(port: number, token: string, id: string, path: string, text: string): Promise<void> {
  const newest = mustBe(await ask(port, 'GET', apiPaths.snapshot(id, 'latest'), { token }), 200, 'read the tree');
  const { entries } = snapshotTreeResponse.parse(JSON.parse(newest.body));
  const known = mustBe(await ask(port, 'GET', apiPaths.project(id), { token }), 200, 'read the project');
  const body = {
    baseRevision: projectResponse.parse(JSON.parse(known.body)).project.revision,
    entries: [...entries.filter((entry) => entry.path !== path), await storeFile(port, token, path, text)],
  };
  mustBe(await ask(port, 'POST', apiPaths.snapshots(id), { token, body }), 201, `change "${path}"`);
}

/** Puts a file's bytes; gives its entry in a tree. */
async function storeFile(
  port: number,
  token: string,
  path: string,
  text: string,
  mode = USUAL_MODE,
): Promise<TreeEntry> {
  const bytes = new TextEncoder().encode(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  mustBe(await ask(port, 'PUT', apiPaths.blob(sha256), { token, bytes }), 200, `store "${path}"`);
  return { kind: 'file', path, mode, sha256, size: bytes.length };
}
