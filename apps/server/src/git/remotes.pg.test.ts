import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type {
  CreateProjectResponse,
  ImportResponse,
  PushRemoteResponse,
  SnapshotTreeResponse,
} from '@slipway/contracts';
import { makeProject as makeProjectOf } from '@slipway/db/testing';
import { fillRepository, RealRepository, serveHttpBackend } from '@slipway/git/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-remotes-'));
const real = new RealRepository();
const PASSWORD = 'peer-password-that-nobody-may-see';
const authorities = getCACertificates();
const logged: string[] = [];
let peer: Awaited<ReturnType<typeof serveHttpBackend>>;
let tested: TestServer;
let session: string;
beforeAll(async () => {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '1',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ],
    { stdio: 'ignore' },
  );
  const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  setDefaultCACertificates([...authorities, tls.cert]);
  fillRepository(real, { commits: 120, files: 25 });
  real.git(['tag', '-a', 'v1', '-m', 'One', 'main~3']);
  real.git(['branch', '-m', 'main', 'trunk']);
  real.git(['clone', '--quiet', '--bare', '.', join(folder, 'source.git')]);
  real.git(['init', '--quiet', '--bare', join(folder, 'target.git')]);
  peer = await serveHttpBackend(folder, {
    authorization: `Basic ${Buffer.from(`peer:${PASSWORD}`).toString('base64')}`,
    tls,
  });
  tested = await createTestServer({
    env: { EGRESS_ALLOW: `localhost:${peer.port}`, LOG_LEVEL: 'trace' },
    log: (line) => void logged.push(line),
  });
  session = await tested.signIn();
}, 60_000);
afterAll(async () => {
  setDefaultCACertificates(authorities);
  await tested.close();
  await peer.close();
  real.close();
  rmSync(folder, { recursive: true, force: true });
});

const api = (method: string, path: string, json?: unknown) =>
  tested.call(method, `/api/v1${path}`, { token: session, ...(json === undefined ? {} : { json }) });
const makeProject = async (template?: string): Promise<string> =>
  (
    await api('POST', '/projects', { name: 'Imported', ...(template ? { template } : {}) })
  ).json<CreateProjectResponse>().project.id;
const addressOf = (name: string): string => `https://localhost:${peer.port}/${name}`;
const setRemote = (
  project: string,
  name: string,
  url: string,
  credential: unknown = { username: 'peer', password: PASSWORD },
) => api('PUT', `/projects/${project}/remotes/${name}`, { url, credential });

describe('a repository elsewhere', () => {
  it('HI-07 fills an empty project, and is pushed to; its password is in no answer, log or row', async () => {
    const project = await makeProject();
    expect((await setRemote(project, 'origin', addressOf('source.git'))).status).toBe(200);
    const imported = await api('POST', `/projects/${project}/import`, { remote: 'origin' });
    expect(imported.json<ImportResponse>()).toEqual({ refs: 3, commit: real.line(['rev-parse', 'trunk']) });
    const { snapshot, entries } = (
      await api('GET', `/projects/${project}/snapshots/latest`)
    ).json<SnapshotTreeResponse>();
    expect(snapshot).toMatchObject({ kind: 'import', commit: real.line(['rev-parse', 'trunk']) });
    expect(
      entries
        .filter(({ kind }) => kind !== 'dir')
        .map(({ path }) => path)
        .sort(),
    ).toEqual(real.line(['ls-tree', '-r', '--name-only', '-z', 'trunk']).split('\0').filter(Boolean).sort());

    await setRemote(project, 'target', addressOf('target.git'));
    const push = async () =>
      (await api('POST', `/projects/${project}/remotes/target/push`, {})).json<PushRemoteResponse>();
    expect(await push()).toEqual({ outcome: 'pushed', commit: snapshot.commit, reason: null });
    expect(await push()).toMatchObject({ outcome: 'unchanged' });
    const target = join(folder, 'target.git');
    expect(real.line(['--git-dir', target, 'rev-parse', 'main'])).toBe(snapshot.commit);
    // Somebody else pushed there: it is never forced.
    const other = real.line(['--git-dir', target, 'commit-tree', '-m', 'Theirs', '-p', 'main', 'main^{tree}']);
    real.git(['--git-dir', target, 'update-ref', 'refs/heads/main', other]);
    expect(await push()).toMatchObject({ outcome: 'refused', reason: 'fetch first' });
    real.git(['--git-dir', target, 'fsck', '--strict', '--full']);

    const list = await api('GET', `/projects/${project}/remotes`);
    expect(list.json()).toEqual({
      remotes: ['origin', 'target'].map((name, at) => ({
        name,
        url: addressOf(['source.git', 'target.git'][at] ?? ''),
        hasCredential: true,
      })),
    });
    const rows = await tested.database.db.execute('select * from remotes');
    const secrets = [PASSWORD, Buffer.from(`peer:${PASSWORD}`).toString('base64')];
    for (const text of [list.text, imported.text, JSON.stringify(rows), logged.join('')])
      for (const secret of secrets) expect(text).not.toContain(secret);
    expect(logged.length).toBeGreaterThan(0);
    expect((await api('DELETE', `/projects/${project}/remotes/target`)).status).toBe(200);
    expect((await api('POST', `/projects/${project}/remotes/target/push`, {})).json()).toMatchObject({
      code: 'REMOTE_NOT_FOUND',
    });
  });

  it('CK-01 CK-02 a checkpoint is a commit on the branch of checkpoints, which origin gets; a failing push fails nothing', async () => {
    const project = await makeProject('vanilla');
    const create = async (description: string) => {
      const answer = await api('POST', `/projects/${project}/checkpoints`, { taskId: 't', step: 1, description });
      expect(answer.status).toBe(201);
      return answer.json<{ checkpoint: { checkpointId: string } }>().checkpoint.checkpointId;
    };
    // Nobody listens there.
    await setRemote(project, 'origin', addressOf('nothing.git'));
    const first = await create('One "quoted" $(word)');
    const target = join(folder, 'checkpoints.git');
    real.git(['init', '--quiet', '--bare', target]);
    await setRemote(project, 'origin', addressOf('checkpoints.git'));
    const second = await create('Nothing changed');
    const subjects = () =>
      spawnSync('git', ['--git-dir', target, 'log', '--format=%s', 'checkpoint-branch'], { encoding: 'utf8' }).stdout;
    await expect
      .poll(subjects, { timeout: 30_000 })
      .toBe(`[checkpoint] ${second}: Nothing changed\n[checkpoint] ${first}: One "quoted" $(word)\n`);
    real.git(['--git-dir', target, 'fsck', '--strict', '--full']);
    expect(real.line(['--git-dir', target, 'ls-tree', '--name-only', 'checkpoint-branch'])).toContain('package.json');
    // An access token has none of it: the remote's secret is a session's to use.
    const pushed = subjects();
    const scopes = [{ verb: 'write', projectId: project }];
    const made = await api('POST', '/access-tokens', { name: 'For a test', scopes, expiresInDays: 1 });
    const { token } = made.json<{ token: string }>();
    const body = { taskId: 't', step: 2, description: 'By a token' };
    const path = `/api/v1/projects/${project}/checkpoints`;
    expect((await tested.call('POST', path, { token, json: body })).status).toBe(201);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(subjects()).toBe(pushed);
  });

  it('HI-07 is refused with a sentence: another password, no repository, a private address, a project with files', async () => {
    const project = await makeProject();
    const importing = async (url: string, credential?: unknown) => {
      await setRemote(project, 'origin', url, credential);
      return (await api('POST', `/projects/${project}/import`, { remote: 'origin' })).json<{
        code: string;
        message: string;
      }>();
    };
    expect(await importing(addressOf('source.git'), { username: 'peer', password: 'x' })).toMatchObject({
      code: 'REMOTE_FAILED',
      message: expect.stringMatching(/credential/),
    });
    // What was sealed for one address is not sent to another.
    expect(await importing(addressOf('source.git'), null)).toMatchObject({
      message: expect.stringMatching(/credential/),
    });
    expect(await importing(addressOf('nothing.git'))).toMatchObject({
      code: 'REMOTE_FAILED',
      message: expect.stringMatching(/no such repository/),
    });
    expect(await importing(addressOf('target.git').replace('localhost', '127.0.0.1'))).toMatchObject({
      code: 'REMOTE_FAILED',
      message: expect.stringMatching(/not on the public Internet/),
    });
    const full = await makeProject('vanilla');
    await tested.call('GET', `/git/${full}.git/info/refs`);
    await setRemote(full, 'origin', addressOf('source.git'));
    expect((await api('POST', `/projects/${full}/import`, { remote: 'origin' })).json()).toMatchObject({
      code: 'PROJECT_NOT_EMPTY',
    });
    for (const url of [
      'http://example.org/a.git',
      'https://me:secret@example.org/a.git',
      'https://example.org/a.git?x=1',
      'file:///etc',
    ])
      expect((await setRemote(project, 'origin', url)).status).toBe(400);
    expect((await setRemote(project, '../x', addressOf('source.git'))).status).not.toBe(200);
  });

  it('HI-07 a project has twenty of them, and P-07 another owner’s project none', async () => {
    const project = await makeProject();
    for (let at = 0; at < 20; at++) await setRemote(project, `r${at}`, 'https://example.org/a.git', null);
    expect((await setRemote(project, 'one-more', 'https://example.org/a.git', null)).json()).toMatchObject({
      code: 'TOO_MANY',
    });
    const theirs = (await makeProjectOf(tested.database.db)).projectId;
    for (const answer of [
      await api('GET', `/projects/${theirs}/remotes`),
      await setRemote(theirs, 'origin', addressOf('source.git')),
      await api('POST', `/projects/${theirs}/import`, { remote: 'origin' }),
      await api('POST', `/projects/${theirs}/remotes/origin/push`, {}),
    ])
      expect(answer.json()).toMatchObject({ code: 'PROJECT_NOT_FOUND' });
    expect((await api('DELETE', `/projects/${theirs}/remotes/origin`)).json()).toMatchObject({
      code: 'REMOTE_NOT_FOUND',
    });
  });
});
