import { createHash } from 'node:crypto';
import { apiPaths, createProjectResponse, type TreeEntry } from '@slipway/contracts';
import { ask, mustBe } from './ask.ts';

/** A project with these files, made over the API; gives its id. */
export async function makeProject(
  port: number,
  token: string,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const created = mustBe(await ask(port, 'POST', apiPaths.projects, { token, body: { name } }), 201, 'create');
  const { project } = createProjectResponse.parse(JSON.parse(created.body));
  const entries: TreeEntry[] = [];
  for (const [path, text] of Object.entries(files)) {
    const bytes = new TextEncoder().encode(text);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    mustBe(await ask(port, 'PUT', apiPaths.blob(sha256), { token, bytes }), 200, `store "${path}"`);
    entries.push({ kind: 'file', path, mode: 0o644, sha256, size: bytes.length });
  }
  mustBe(
    await ask(port, 'POST', apiPaths.snapshots(project.id), { token, body: { baseRevision: 0, entries } }),
    201,
    'commit',
  );
  return project.id;
}
