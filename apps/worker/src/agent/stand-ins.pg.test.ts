import { randomUUID } from 'node:crypto';
import type { ToolReport } from '@slipway/agent';
import { createBlobStore, readSnapshotFiles, saveChanges } from '@slipway/blobs';
import { type CommandAnswer, commandAnswer } from '@slipway/contracts';
import {
  changeAgentSession,
  claimHolder,
  createAgentSession,
  getHolder,
  getSnapshotHead,
  readAnswer,
  releaseHolder,
  sendCommand,
} from '@slipway/db';
import { createTestDatabase, makeProject, type ProjectFixture, type TestDatabase } from '@slipway/db/testing';
import type { MachineKind } from '@slipway/sandboxes';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLocalMachines, LOCAL_PREFIX } from '../local/local-machines.ts';
import { foldersOf } from '../processes/sandbox-folder.ts';
import { startStandIns, type StandIns } from './stand-ins.ts';

const WAIT = { timeout: 90_000, interval: 20 };
const WIDE = [['**']];

let database: TestDatabase;
let standIns: StandIns | undefined;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterEach(async () => {
  await standIns?.stop();
  standIns = undefined;
  // Of one test alone is the work.
  await database.client`update agent_sessions set work = 'none'`;
  await database.client`update project_holders set lapses_at = 0`;
});
afterAll(() => database.close());

async function start(machines: MachineKind = createLocalMachines(), limit = 2, bytes = 1e9): Promise<void> {
  const { db } = database;
  const blobs = createBlobStore('postgres', { db });
  const limits = { entriesLimit: 1000, fileLimitBytes: 1024 ** 2, storedBytesLimit: bytes, idleMs: 300, limit };
  standIns = await startStandIns({ database, db, blobs, machines, ...limits, log: pino({ level: 'silent' }) });
}

/** A session with work, as a run that goes on has it. */
async function makeWork({ ownerId, projectId }: ProjectFixture): Promise<(work: 'wanted' | 'none') => Promise<void>> {
  const session = { title: 't', manifest: '{}', state: '{"name":"Idle"}', limit: 10 };
  const made = await createAgentSession(database.db, ownerId, projectId, session);
  if (made.outcome !== 'created') throw new Error(made.outcome);
  const set = async (work: 'wanted' | 'none'): Promise<void> => {
    const status = work === 'wanted' ? 'Running' : 'Idle';
    const write = { state: made.session.state, status, work, events: [] } as const;
    const place = { ownerId, projectId, sessionId: made.session.id };
    await changeAgentSession(database.db, place, () => ({ result: undefined, write }));
  };
  await set('wanted');
  return set;
}

async function give(
  { ownerId, projectId }: ProjectFixture,
  order: object,
  verb: 'agent.tool' | 'run.start' = 'agent.tool',
) {
  const id = randomUUID();
  await sendCommand(database.db, ownerId, { id, projectId, verb, body: JSON.stringify(order), deadlineMs: 120_000 });
  const answer = async (): Promise<CommandAnswer> => {
    await expect.poll(async () => (await readAnswer(database.db, ownerId, id)).outcome, WAIT).toBe('answered');
    const read = await readAnswer(database.db, ownerId, id);
    return commandAnswer.parse(JSON.parse(read.outcome === 'answered' ? read.answer : '{}'));
  };
  const report = async (): Promise<ToolReport> => {
    const said = await answer();
    if (!said.ok) throw new Error(said.message);
    return JSON.parse(said.value) as ToolReport;
  };
  return { id, answer, report };
}

const run = (command: string) => ({ name: 'Run', input: { command } });
const holderOf = async ({ ownerId, projectId }: ProjectFixture) => await getHolder(database.db, ownerId, projectId);
const isStoodIn = (project: ProjectFixture) =>
  expect.poll(async () => (await holderOf(project))?.kind, WAIT).toBe('sandbox');

async function savedFiles({ ownerId, projectId }: ProjectFixture): Promise<Record<string, string>> {
  const head = await getSnapshotHead(database.db, ownerId, projectId, 'latest');
  const blobs = createBlobStore('postgres', { db: database.db });
  const files = await readSnapshotFiles(blobs, database.db, ownerId, projectId, head!.id);
  return Object.fromEntries(
    (files ?? []).map((file) => [file.path, file.kind === 'file' ? Buffer.from(file.bytes).toString() : file.kind]),
  );
}

describe('a sandbox that stands in for a tab', () => {
  it('AG-10 takes up a project without a tab, does what is ordered, and saves it before it answers', async () => {
    const project = await makeProject(database.db);
    await project.save('<h1>one</h1>');
    await makeWork(project);
    await start();
    await isStoodIn(project);
    const read = await (await give(project, { name: 'Read', scope: WIDE, input: { path: 'index.html' } })).report();
    expect(read).toMatchObject({ ok: true, text: '1\t<h1>one</h1>' });
    const edit = { path: 'index.html', old: 'one', new: 'two' };
    const edited = await give(project, { name: 'Edit', scope: WIDE, version: read.version, input: edit });
    expect(await edited.report()).toMatchObject({ ok: true });
    expect(await savedFiles(project)).toEqual({ 'index.html': '<h1>two</h1>' });
    const command =
      'mkdir -p node_modules/a build deep; echo x > node_modules/a/b; echo x > build/c; printf "build\\n" > .gitignore;' +
      ' echo text > deep/new.txt; rm index.html; echo done';
    const first = await (await give(project, run(command))).report();
    expect(first).toMatchObject({
      ok: true,
      text: expect.stringMatching(/sandbox of the server[^]*done\n\[exit code 0\]/),
    });
    expect(await savedFiles(project)).toEqual({ '.gitignore': 'build\n', 'deep/new.txt': 'text\n' });
    const globbed = await (await give(project, { name: 'Glob', scope: WIDE, input: { pattern: '**' } })).report();
    expect(globbed.text.split('\n')).toEqual(['.gitignore', 'build/c', 'deep/new.txt']);
    expect(await (await give(project, run('exit 3'))).report()).toMatchObject({ ok: false, text: '\n[exit code 3]' });
    expect(await (await give(project, {}, 'run.start')).answer()).toMatchObject({ ok: false, code: 'NO_CONTAINER' });
  }, 240_000);

  it('AG-04 AG-10 a command is ended when that is asked, and with the sandbox, and a tab that comes has the project', async () => {
    const project = await makeProject(database.db);
    await project.save('a');
    await makeWork(project);
    await start();
    await isStoodIn(project);
    const { ownerId, projectId } = project;
    const slow = await give(project, run('sleep 1000'));
    const stop = { id: randomUUID(), projectId, verb: 'agent.stop', deadlineMs: 5000 } as const;
    await sendCommand(database.db, ownerId, { ...stop, body: JSON.stringify({ commandId: slow.id }) });
    expect(await slow.report()).toMatchObject({ ok: false, text: expect.stringContaining('[stopped]') });
    const lost = await give(project, run('sleep 1000'));
    const tab = { holderId: randomUUID(), kind: 'tab', leaseUs: 60_000_000, takeOver: false } as const;
    expect(await claimHolder(database.db, ownerId, projectId, tab)).toMatchObject({ outcome: 'held' });
    await expect.poll(async () => (await readAnswer(database.db, ownerId, lost.id)).outcome, WAIT).toBe('holder-lost');
    // But for the spare one.
    await expect.poll(() => foldersOf(LOCAL_PREFIX).filter(isOurs).length, WAIT).toBe(1);
    expect(await holderOf(project)).toMatchObject({ kind: 'tab', holderId: tab.holderId });
    await standIns!.stop();
    expect(foldersOf(LOCAL_PREFIX).filter(isOurs)).toEqual([]);
  }, 240_000);

  it('AG-10 saves nothing once a tab has the project, and no more than its owner may store', async () => {
    const project = await makeProject(database.db);
    await project.save('a');
    await makeWork(project);
    await start(createLocalMachines(), 2, 2000);
    await isStoodIn(project);
    const { ownerId, projectId } = project;
    const large = await (await give(project, run('head -c 3000 /dev/zero > large'))).report();
    expect(large).toMatchObject({ ok: false, text: expect.stringContaining('not saved: Cannot save: your projects') });
    await (await give(project, run('rm large'))).report();
    // The sandbox has not heard of it yet: its own fence is what holds.
    const slow = await give(project, run('echo lost > b; sleep 0.2'));
    const tab = { holderId: randomUUID(), kind: 'tab', leaseUs: 60_000_000, takeOver: false } as const;
    await claimHolder(database.db, ownerId, projectId, tab);
    await expect.poll(async () => (await readAnswer(database.db, ownerId, slow.id)).outcome, WAIT).toBe('holder-lost');
    const head = await getSnapshotHead(database.db, ownerId, projectId, 'latest');
    const changes = [{ kind: 'dir', path: 'late', mode: 0o755 } as const];
    const save = { base: head!.commit, device: 'agent', merge: true, changes };
    const needs = { db: database.db, blobs: createBlobStore('postgres', { db: database.db }) };
    const late = { ownerId, projectId, save, holder: { holderId: randomUUID(), epoch: 1 } };
    const limits = { entriesLimit: 10, fileLimitBytes: 10 };
    expect(await saveChanges({ ...needs, ...limits }, late)).toEqual({ outcome: 'holder-lost' });
    expect(await savedFiles(project)).toEqual({ 'index.html': 'a' });
  }, 240_000);

  it('AG-10 goes when nothing is to be done, and begins anew where somebody else has saved', async () => {
    const project = await makeProject(database.db);
    await project.save('one');
    const setWork = await makeWork(project);
    await start();
    await isStoodIn(project);
    const first = await holderOf(project);
    // A push, say: nobody has told the sandbox.
    await project.save('two');
    expect(await (await give(project, run('echo new > b'))).report()).toMatchObject({ ok: true });
    expect(await savedFiles(project)).toEqual({ 'index.html': 'two', b: 'new\n' });
    await expect.poll(async () => (await holderOf(project))?.epoch, WAIT).toBeGreaterThan(first!.epoch);
    const read = await give(project, { name: 'Read', scope: WIDE, input: { path: 'index.html' } });
    expect(await read.report()).toMatchObject({ text: '1\ttwo' });
    await setWork('none');
    await expect.poll(() => holderOf(project), WAIT).toBeUndefined();
  }, 240_000);

  it('AG-10 no more at once than may be, and one that does not start is tried again', async () => {
    const projects = [await makeProject(database.db), await makeProject(database.db)];
    for (const project of projects) await makeWork(project);
    const local = createLocalMachines();
    let opened = 0;
    const failing: MachineKind = {
      ...local,
      open: async (...asked) => {
        if (opened++ < 2) throw new Error('no browser today');
        return await local.open(...asked);
      },
    };
    await start(failing, 1);
    const held = async () =>
      (await Promise.all(projects.map(holderOf))).filter((holder) => holder !== undefined).length;
    await expect.poll(held, WAIT).toBe(1);
    expect(opened).toBeGreaterThan(2);
    const [one, other] = (await holderOf(projects[0]!)) ? projects : projects.toReversed();
    // A tab takes the one: the other has its turn.
    const tab = { holderId: randomUUID(), kind: 'tab', leaseUs: 60_000_000, takeOver: false } as const;
    await claimHolder(database.db, one!.ownerId, one!.projectId, tab);
    await isStoodIn(other!);
    expect(await (await give(other!, run('echo hi'))).report()).toMatchObject({ ok: true });
    // And no sandbox takes a project that is open.
    expect(await holderOf(one!)).toMatchObject({ kind: 'tab' });
    await releaseHolder(database.db, one!.ownerId, one!.projectId, { holderId: tab.holderId, epoch: 2 });
  }, 240_000);
});

const isOurs = (name: string): boolean => name.includes(`_${process.pid}_`);
