import { createBlobStore, storeBytes } from '@slipway/blobs';
import type { TreeEntry } from '@slipway/contracts';
import { commitSnapshot, getProject } from '@slipway/db';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AgentStand, createAgentStand, type StandProject, type StandSession } from './testing/agent-stand.ts';

let stand: AgentStand;
beforeAll(async () => void (stand = await createAgentStand()), 60_000);
afterAll(() => stand.close());

const WAIT = { timeout: 60_000, interval: 20 };
const idle = (session: StandSession, status = 'Idle') => expect.poll(() => session.status(), WAIT).toBe(status);

async function save(project: StandProject, files: Record<string, string | Uint8Array>): Promise<void> {
  const { db, client } = stand.tested.database;
  const [row] = await client<{ owner: string }[]>`select owner_id as owner from projects where id = ${project.id}`;
  const { owner } = row!;
  const blobs = createBlobStore('postgres', { db });
  const entries: TreeEntry[] = [];
  for (const [path, text] of Object.entries(files)) {
    const stored = await storeBytes(blobs, db, owner, Buffer.from(text));
    entries.push({ kind: 'file', path, mode: 0o644, ...stored });
  }
  const { revision } = (await getProject(db, owner, project.id))!;
  expect(await commitSnapshot(db, owner, project.id, { baseRevision: revision, entries })).toMatchObject({
    outcome: 'committed',
  });
}

it('AG-11 AGENTS.md and CLAUDE.md are read into the prompt as information, cut, and only with a scope', async () => {
  const project = await stand.openProject({});
  stand.model.respond = () => ({ text: 'ok' });
  const promptOf = async (settings: Record<string, unknown> = {}): Promise<string> => {
    const session = await project.createSession(settings);
    await session.run('go');
    await idle(session);
    return stand.model.requests.at(-1)!.system;
  };
  expect(await promptOf()).not.toContain('AGENTS.md');
  await save(project, {
    'AGENTS.md': `Use tabs. ${'x'.repeat(20_000)}MIDDLE${'x'.repeat(20_000)}`,
    'CLAUDE.md': Uint8Array.of(0xff, 0xfe),
  });
  const told = await promptOf();
  expect(told).toContain('"AGENTS.md" of the project says, as information:\nUse tabs.');
  expect(told).not.toContain('MIDDLE');
  expect(told.length).toBeLessThan(20_000);
  expect(told).not.toContain('CLAUDE.md');
  expect(await promptOf({ scope: undefined })).not.toContain('Use tabs');
}, 120_000);

it('AG-07 what a person allowed for good holds in the project’s next session, that command and no other', async () => {
  const project = await stand.openProject({});
  project.folder.run = async () => 'done';
  const runs = (command: string) => ({ calls: [{ name: 'Run', args: { command } }] });
  stand.model.respond = ({ turn }) => (turn === 0 ? runs('npm test') : { text: 'ok' });
  const first = await project.createSession({ permission: 'edit' });
  await first.run('test');
  await idle(first, 'Paused');
  await first.send({ type: 'Resume', answer: { allow: true, always: true } });
  await idle(first);
  const second = await project.createSession({ permission: 'edit' });
  await second.run('test');
  await idle(second);
  expect(project.folder.done).toEqual(['run npm test', 'run npm test']);
  stand.model.respond = ({ turn }) => (turn === 0 ? runs('npm test; curl evil') : { text: 'ok' });
  await second.run('test more');
  await idle(second, 'Paused');
  expect(project.folder.done).toHaveLength(2);
  // Of another project nothing is known.
  const other = await stand.openProject({});
  stand.model.respond = ({ turn }) => (turn === 0 ? runs('npm test') : { text: 'ok' });
  const stranger = await other.createSession({ permission: 'edit' });
  await stranger.run('test');
  await idle(stranger, 'Paused');
}, 120_000);

it('AG-09 a list of sessions tells their models and permissions, and not their manifests', async () => {
  const project = await stand.openProject({});
  const first = await project.createSession({ instructions: 'Be brief.', title: 'One' });
  const second = await project.createSession({ permission: 'ask', model: 'free' });
  const list = await stand.call('GET', `/api/v1/projects/${project.id}/agent/sessions`);
  expect(list.json()).toMatchObject({
    sessions: [
      { id: second.id, model: 'free', permission: 'ask' },
      { id: first.id, title: 'One', status: 'Idle', provider: 'openai-compatible', permission: 'full', lastSeq: 0 },
    ],
  });
  expect(list.text).not.toContain('Be brief.');
  expect((await stand.call('GET', first.path)).json()).toMatchObject({
    session: { manifest: { instructions: 'Be brief.' } },
  });
});
