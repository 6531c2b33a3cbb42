import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  CreateAccessTokenResponse,
  CreateProjectResponse,
  SnapshotTreeResponse,
  TokenScope,
} from '@slipway/contracts';
import { makeProject as makeProjectOf } from '@slipway/db/testing';
import { fillRepository, GIT_ENV, RealRepository } from '@slipway/git/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../testing.ts';

let tested: TestServer;
let session: string;
const folder = mkdtempSync(join(tmpdir(), 'slipway-git-route-'));
const real = new RealRepository();
beforeAll(async () => {
  tested = await createTestServer({ env: { TREE_LIMIT_ENTRIES: '20000' } });
  session = await tested.signIn();
}, 60_000);
afterAll(async () => {
  await tested.close();
  real.close();
  rmSync(folder, { recursive: true, force: true });
});

const api = async <T>(method: string, path: string, json?: unknown): Promise<T> =>
  (await tested.call(method, `/api/v1${path}`, { token: session, ...(json === undefined ? {} : { json }) })).json<T>();

async function makeToken(...scopes: TokenScope[]): Promise<string> {
  const made = await api<CreateAccessTokenResponse>('POST', '/access-tokens', {
    name: 'git',
    scopes,
    expiresInDays: 1,
  });
  return made.token;
}

async function makeProject(template?: string): Promise<string> {
  const made = await api<CreateProjectResponse>('POST', '/projects', {
    name: 'Git',
    ...(template ? { template } : {}),
  });
  return made.project.id;
}

const urlOf = (project: string, token: string): string =>
  `http://me:${token}@slipway.localhost:${tested.server.port}/git/${project}.git`;

/** A project, a token for all of it, its address. */
async function open(template?: string): Promise<{ project: string; url: string }> {
  const project = await makeProject(template);
  const token = await makeToken({ verb: 'read', projectId: project }, { verb: 'write', projectId: project });
  return { project, url: urlOf(project, token) };
}

let clones = 0;
/** A clone, looked at by fsck. */
async function clone(url: string, ...options: string[]) {
  const path = join(folder, `clone-${++clones}`);
  await real.talkWell(['clone', '--quiet', ...options, url, path]);
  const git = (...args: string[]): string => real.line(['-C', path, ...args]);
  git('fsck', '--strict', '--full', '--no-dangling');
  return {
    path,
    git,
    talk: (...args: string[]) => real.talk(['-C', path, ...args]),
    talkWell: (...args: string[]) => real.talkWell(['-C', path, ...args]),
    commit: (message: string, files: Record<string, string>): string => {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(join(path, name, '..'), { recursive: true });
        writeFileSync(join(path, name), content);
      }
      git('add', '--all');
      git('commit', '--quiet', '-m', message);
      return git('rev-parse', 'HEAD');
    },
  };
}

const latest = (project: string) => api<SnapshotTreeResponse>('GET', `/projects/${project}/snapshots/latest`);

describe('a project is a repository', () => {
  it('HI-05 HI-06 it is cloned, changed and pushed, and the push is its newest snapshot, which tabs are told', async () => {
    const { project, url } = await open('vanilla-ts');
    const { path, git, commit, talkWell } = await clone(url);
    const before = await latest(project);
    expect(git('ls-files').split('\n').sort()).toEqual(
      before.entries
        .filter(({ kind }) => kind !== 'dir')
        .map(({ path: p }) => p)
        .sort(),
    );
    expect([git('rev-list', '--count', 'HEAD'), git('symbolic-ref', 'HEAD')]).toEqual(['1', 'refs/heads/main']);

    symlinkSync('package.json', join(path, 'link'));
    writeFileSync(join(path, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    const pushed = commit('Changed: ä', { 'src/ä ö.txt': 'new\n', 'package.json': '{}\n' });
    git('rm', '--quiet', 'index.html');
    git('commit', '--quiet', '--amend', '--no-edit');
    const head = git('rev-parse', 'HEAD');
    expect(head).not.toBe(pushed);
    await talkWell('push', '--quiet');

    const after = await latest(project);
    expect(after.snapshot).toMatchObject({ kind: 'push', commit: head, revision: before.snapshot.revision + 1 });
    const entries = new Map(after.entries.map((entry) => [entry.path, entry]));
    expect(entries.has('index.html')).toBe(false);
    expect(entries.get('link')).toMatchObject({ kind: 'link', target: 'package.json' });
    expect(entries.get('run.sh')).toMatchObject({ kind: 'file', mode: 0o755 });
    expect(entries.get('src/ä ö.txt')).toMatchObject({ kind: 'file', size: 4 });
    expect(after.snapshot.files).toBe(after.entries.filter(({ kind }) => kind === 'file').length);
    expect((await clone(url)).git('rev-parse', 'HEAD')).toBe(head);
    const events = await tested.database.db.execute(
      `select type from owner_events where payload->>'revision' = '${after.snapshot.revision}'`,
    );
    expect(events.length).toBeGreaterThan(0);
  });

  it('HI-06 what is saved in the IDE is a commit for who fetches, and a push that did not see it is refused', async () => {
    const { project, url } = await open('vanilla');
    const { git, commit, talk, talkWell } = await clone(url);
    commit('Mine', { 'mine.txt': 'mine\n' });
    const save = async () => {
      const { snapshot, entries } = await latest(project);
      const answer = await tested.call('POST', `/api/v1/projects/${project}/snapshots`, {
        token: session,
        json: { baseRevision: snapshot.revision, entries: entries.slice(1) },
      });
      expect(answer.status).toBe(201);
    };
    await save();
    await save();
    const refused = await talk('push');
    expect(refused.output).toMatch(/\[rejected\]\s+main -> main \(fetch first\)/);
    await talkWell('pull', '--quiet', '--rebase');
    // Two saves are one commit.
    expect(git('rev-list', '--count', 'HEAD')).toBe('3');
    await talkWell('push', '--quiet');
    expect((await latest(project)).entries.map(({ path }) => path)).toContain('mine.txt');
    git('fsck', '--strict');
  });

  it('HI-05 branches, tags and deletions, a force push refused, shallow and partial clones', async () => {
    const { url } = await open('vanilla');
    const { git, commit, talk, talkWell } = await clone(url);
    for (const version of ['1', '2', '3']) commit(version, { 'version.txt': version });
    git('tag', '-a', 'v1', '-m', 'One');
    await talkWell('push', '--quiet', 'origin', 'main', 'main~1:refs/heads/topic', 'v1');
    expect((await talk('push', '--force', 'origin', 'main~2:main')).output).toMatch(
      /main~2 -> main \(non-fast-forward\)/,
    );
    await talkWell('push', '--quiet', 'origin', ':topic');
    expect(
      (await talkWell('ls-remote', '--quiet'))
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[1]),
    ).toEqual(['HEAD', 'refs/heads/main', 'refs/tags/v1', 'refs/tags/v1^{}']);
    const shallow = await clone(url, '--depth', '1');
    expect(shallow.git('rev-list', '--count', 'HEAD')).toBe('1');
    await shallow.talkWell('fetch', '--quiet', '--unshallow');
    expect(shallow.git('rev-list', '--count', 'HEAD')).toBe('4');
    const partial = await clone(url, '--filter=blob:none');
    expect(partial.git('status', '--porcelain')).toBe('');
    const old = await clone(url, '-c', 'protocol.version=0', '--filter=blob:none', '--depth=2');
    expect(old.git('rev-list', '--count', 'HEAD')).toBe('2');
  });

  it('HI-02 HI-05 ten thousand files are pushed, cloned and changed', async () => {
    const { project, url } = await open();
    const source = new RealRepository();
    const lines = ['commit refs/heads/main', 'committer A <a@b> 1700000000 +0000', 'data 3', 'Big'];
    for (let file = 0; file < 10_000; file++)
      lines.push(
        `M 100644 inline dir${file % 100}/file${file}.txt`,
        `data ${`content ${file}`.length}`,
        `content ${file}`,
      );
    source.git(['fast-import', '--quiet'], `${lines.join('\n')}\n`);
    await source.talkWell(['push', '--quiet', url, 'main']);
    expect((await latest(project)).snapshot).toMatchObject({ files: 10_000 });
    const { git, commit, talkWell } = await clone(url);
    expect(git('rev-parse', 'HEAD^{tree}')).toBe(source.line(['rev-parse', 'main^{tree}']));
    commit('One more', { 'dir1/one.txt': 'one' });
    await talkWell('push', '--quiet');
    expect((await latest(project)).snapshot).toMatchObject({ files: 10_001 });
    source.close();
    // Mostly git's own time, of which a busy machine has little.
  }, 300_000);

  it('HI-05 a history of a thousand commits is pushed and cloned back with the same HEAD', async () => {
    const { url } = await open();
    const source = new RealRepository();
    fillRepository(source, { commits: 1000, files: 60 });
    await source.talkWell(['push', '--quiet', url, 'main']);
    const { git } = await clone(url);
    expect(git('rev-parse', 'HEAD')).toBe(source.line(['rev-parse', 'main']));
    expect(git('rev-list', '--objects', '--count', 'HEAD')).toBe(
      source.line(['rev-list', '--objects', '--count', 'main']),
    );
    source.close();
    // Mostly git's own time, of which a busy machine has little.
  }, 300_000);

  it('HI-02 what git cannot hold stays with the project through a push', async () => {
    const { project, url } = await open('vanilla');
    const { snapshot, entries } = await latest(project);
    const empty = { kind: 'dir', path: 'empty/folder', mode: 0o755 };
    await tested.call('POST', `/api/v1/projects/${project}/snapshots`, {
      token: session,
      json: { baseRevision: snapshot.revision, entries: [...entries, empty] },
    });
    const { commit, talkWell } = await clone(url);
    commit('x', { 'x.txt': 'x' });
    await talkWell('push', '--quiet');
    const after = await latest(project);
    expect(after.entries.map(({ path }) => path)).toEqual(expect.arrayContaining(['x.txt', 'empty/folder']));
  });
});

describe('who may', () => {
  it('HI-05 SV-14 needs a token, of the owner, for this project, with the verb', async () => {
    const { project, url } = await open('vanilla');
    const { path } = await clone(url);
    const ask = async (token: string, ...args: string[]) =>
      await real.talk(['-C', path, ...args, urlOf(project, token)]);
    const reader = await makeToken({ verb: 'read', projectId: project });
    expect((await ask(reader, 'fetch')).status).toBe(0);
    expect((await ask(reader, 'push')).output).toMatch(/error: 403/);
    const other = await makeToken({ verb: 'read', projectId: await makeProject() });
    expect((await ask(other, 'fetch')).output).toMatch(/error: 403/);
    for (const token of ['', 'slipway_pat_'.padEnd(55, 'x'), 'x'])
      expect((await ask(token, 'fetch')).output).toMatch(/Authentication failed|could not read/);
    const anonymous = await tested.call('GET', `/git/${project}.git/info/refs?service=git-upload-pack`);
    expect([anonymous.status, anonymous.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic /)]);
  });

  it('P-07 does not find another owner’s project', async () => {
    const { db } = tested.database;
    const theirs = await makeProjectOf(db);
    const token = await makeToken({ verb: 'read', projectId: null }, { verb: 'write', projectId: null });
    for (const project of [theirs.projectId, '00000000-0000-4000-8000-000000000000']) {
      expect((await real.talk(['ls-remote', urlOf(project, token)])).output).toMatch(/not found/);
      expect((await real.talk(['push', urlOf(project, token), 'HEAD:main'])).status).not.toBe(0);
    }
  });
});

describe('HI-11 is refused', () => {
  it('SV-04 a body that is too long, no gzip, or of another time', async () => {
    const { url } = await open();
    const { pathname, password } = new URL(url);
    const authorization = `Basic ${Buffer.from(`x:${password}`).toString('base64')}`;
    const post = async (service: string, body: Uint8Array, headers: Record<string, string> = {}) =>
      await tested.call('POST', `${pathname}/${service}`, { body, headers: { authorization, ...headers } });
    const { gzipSync } = await import('node:zlib');
    const long = Buffer.alloc(17 << 20, '0032want 1111111111111111111111111111111111111111\n');
    expect((await post('git-upload-pack', long)).status).toBe(413);
    expect((await post('git-upload-pack', gzipSync(long), { 'content-encoding': 'gzip' })).text).toMatch(
      /exceeds maximum allowed size|too many|not our ref|more than/,
    );
    expect((await post('git-receive-pack', Buffer.from('abc'), { 'content-encoding': 'gzip' })).text).toMatch(
      /no gzip/,
    );
    expect((await post('git-receive-pack', Buffer.from('0000'))).body).toHaveLength(0);
    const dumb = await tested.call('GET', `${pathname}/info/refs`, { headers: { authorization } });
    expect(dumb.status).toBe(403);
    expect((await tested.call('GET', `${pathname}/HEAD`, { headers: { authorization } })).status).toBe(404);
  });

  it('SV-07 a push over the owner’s quota', async () => {
    const { url } = await open();
    const source = new RealRepository();
    fillRepository(source, { commits: 3, files: 5 });
    const strict = await createTestServer({ database: tested.database, env: { QUOTA_STORED_BYTES: '10' } });
    const pushed = await source.talk(['push', url.replace(/:\d+\//, `:${strict.server.port}/`), 'main']);
    await strict.close();
    expect(pushed.output).toMatch(/main -> main \(over quota: you may store 10 bytes\)/);
    expect(await real.talkWell(['ls-remote', url])).toBe('');
    source.close();
  });
});

it('HI-05 the commands of docs/git.md do what the page says', async () => {
  const project = await makeProject('vanilla');
  const token = await makeToken({ verb: 'read', projectId: project }, { verb: 'write', projectId: project });
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/git.md'), 'utf8');
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  expect(blocks).toHaveLength(4);
  const home = mkdtempSync(join(folder, 'home-'));
  // Not the cache, whose daemon would outlive the test.
  const script = `set -e\n${blocks.join('').replace('helper cache', 'helper store')}`;
  const ran = await new Promise<{ status: number | null; output: string }>((resolve) => {
    execFile(
      'bash',
      ['-c', script],
      {
        cwd: home,
        env: {
          ...GIT_ENV,
          HOME: home,
          PROTOCOL: 'http',
          HOST: `slipway.localhost:${tested.server.port}`,
          PROJECT: project,
          TOKEN: token,
        },
      },
      (error, stdout, stderr) => resolve({ status: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });
  expect(ran).toEqual({ status: 0, output: expect.stringMatching(/main -> main/) });
  expect((await latest(project)).entries.map(({ path }) => path)).toContain('hello.txt');
});
