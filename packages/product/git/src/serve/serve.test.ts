import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PACK_LIMITS } from '../index.ts';
import { fillRepository } from '../testing/fill-repository.ts';
import { MemoryRepository } from '../testing/memory-repository.ts';
import { RealRepository } from '../testing/real-git.ts';
import { serveRepository } from '../testing/serve-repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-git-'));
const origin = new RealRepository();
const memory = new MemoryRepository();
let served: Awaited<ReturnType<typeof serveRepository>>;
const COMMITS = 300;

beforeAll(async () => {
  fillRepository(origin, { commits: COMMITS, files: 80 });
  origin.git(['tag', '-a', 'v1', '-m', 'One', 'main~10']);
  origin.git(['tag', 'light', 'main~20']);
  origin.git(['branch', 'topic', 'main~5']);
  served = await serveRepository(memory);
  origin.git(['remote', 'add', 'origin', served.url]);
});
afterAll(async () => {
  await served.close();
  origin.close();
  rmSync(folder, { recursive: true, force: true });
});

let clones = 0;
/** A clone in a folder of its own, looked at by fsck. */
async function clone(
  ...options: string[]
): Promise<{ git: (...args: string[]) => string; path: string; talk: (...args: string[]) => Promise<string> }> {
  const path = join(folder, `clone-${++clones}`);
  await origin.talkWell(['clone', '--quiet', ...options, served.url, path]);
  const git = (...args: string[]): string => origin.line(['-C', path, ...args]);
  const talk = async (...args: string[]): Promise<string> => await origin.talkWell(['-C', path, ...args]);
  git('fsck', '--strict', '--full', '--no-dangling');
  return { git, path, talk };
}

/** The commits of a clone that real git serves. */
async function realClone(option: string): Promise<string> {
  const path = join(folder, `clone-${++clones}`);
  await origin.talkWell(['clone', '--quiet', '--no-checkout', option, `file://${origin.path}`, path]);
  return origin.line(['-C', path, 'rev-list', 'HEAD']);
}

const versions = ['protocol.version=2', 'protocol.version=0'];

describe('a push', () => {
  it('HI-05 of three hundred commits, branches and tags arrives', async () => {
    expect(origin.line(['ls-tree', 'main'])).not.toBe('');
    await origin.talkWell(['push', '--quiet', 'origin', '--all']);
    const said = await origin.talkWell(['push', 'origin', '--tags']);
    expect(said).toMatch(/\[new tag\]\s+v1 -> v1/);
    expect(await memory.refs()).toEqual(
      ['refs/heads/main', 'refs/heads/topic', 'refs/tags/light', 'refs/tags/v1'].map((name) => ({
        name,
        oid: origin.line(['rev-parse', name]),
      })),
    );
    expect(served.spools.every(({ size }) => size === 0)).toBe(true);
  });
});

describe.each(versions)('with %s', (version) => {
  const cloneIt = async (...options: string[]) => await clone('-c', version, ...options);

  it('HI-05 a clone is the repository', async () => {
    const { git } = await cloneIt();
    expect(git('rev-parse', 'HEAD')).toBe(origin.line(['rev-parse', 'main']));
    expect(git('rev-parse', 'v1', 'light', 'origin/topic')).toBe(origin.line(['rev-parse', 'v1', 'light', 'topic']));
    expect(git('status', '--porcelain')).toBe('');
    expect(git('rev-list', '--all', '--objects', '--count')).toBe(
      origin.line(['rev-list', '--branches', '--tags', '--objects', '--count']),
    );
    expect(served.requests.at(-1)).toBe(version.endsWith('2') ? 'POST git-upload-pack v2' : 'POST git-upload-pack');
  });

  it('HI-05 a shallow clone has its depth, is deepened, and made whole', async () => {
    const { git, talk } = await cloneIt('--depth', '1');
    expect([git('rev-list', '--count', 'HEAD'), git('status', '--porcelain')]).toEqual(['1', '']);
    await talk('fetch', '--quiet', '--depth', '7');
    expect(git('rev-list', 'HEAD')).toBe(await realClone('--depth=7'));
    await talk('fetch', '--quiet', '--deepen', '3');
    expect(git('rev-list', 'HEAD')).toBe(await realClone('--depth=10'));
    git('fsck', '--strict');
    await talk('fetch', '--quiet', '--unshallow');
    git('fsck', '--strict');
    expect(git('rev-list', '--count', 'HEAD')).toBe(origin.line(['rev-list', '--count', 'main']));
  });

  it('HI-05 a clone since a time, or without a branch’s history, has what is newer', async () => {
    const time = origin.line(['log', '-1', '--format=%ct', 'main~40']);
    for (const option of [`--shallow-since=${time}`, '--shallow-exclude=v1']) {
      const { git } = await cloneIt(option);
      expect(git('rev-list', 'HEAD')).toBe(await realClone(option));
    }
  });

  it('HI-05 a clone without blobs fetches those that it checks out, and large ones by their size', async () => {
    const { git, talk } = await cloneIt('--filter=blob:none', '--no-checkout');
    const count = (objects: string): number => objects.split('\n').filter((line) => line.endsWith(' blob')).length;
    const inventory = ['cat-file', '--batch-all-objects', '--batch-check=%(objectname) %(objecttype)'];
    expect(count(git(...inventory))).toBe(0);
    await talk('checkout', '--quiet', 'main');
    expect(git('status', '--porcelain')).toBe('');
    await talk('log', '-p', '-3');
    expect(count(git(...inventory))).toBeGreaterThan(80);
    const limited = await cloneIt('--filter=blob:limit=200', '--no-checkout');
    const sizes = limited
      .git('cat-file', '--batch-all-objects', '--batch-check=%(objecttype) %(objectsize)')
      .split('\n');
    const blobs = sizes.filter((line) => line.startsWith('blob ')).map((line) => Number(line.slice(5)));
    expect(blobs.length).toBeGreaterThan(3);
    expect(Math.max(...blobs)).toBeLessThan(200);
  });

  it('HI-05 a fetch gets what is new, in a thin pack, and sees branches go', async () => {
    const { git, talk } = await cloneIt();
    const path = join(origin.path, 'dir1/new.txt');
    origin.git(['checkout', '--quiet', '-f', 'main']);
    writeFileSync(path, `new ${version}\n`);
    origin.git(['add', '.']);
    origin.git(['commit', '--quiet', '-m', 'New']);
    await origin.talkWell(['push', '--quiet', 'origin', 'main', 'main:refs/heads/gone']);
    await talk('fetch', '--quiet');
    expect(git('rev-parse', 'origin/gone')).toBe(origin.line(['rev-parse', 'main']));
    await origin.talkWell(['push', '--quiet', 'origin', ':gone']);
    await talk('fetch', '--quiet', '--prune');
    expect(git('branch', '-r', '--format=%(refname:short)').split('\n')).not.toContain('origin/gone');
    git('fsck', '--strict');
    await talk('pull', '--quiet');
    expect(git('show', 'HEAD:dir1/new.txt')).toBe(`new ${version}`);
  });

  it('HI-05 histories that have grown apart find their common commit', async () => {
    const { git, path, talk } = await cloneIt();
    for (let commit = 0; commit < 20; commit++)
      git('-c', 'user.name=x', 'commit', '--quiet', '--allow-empty', '-m', `Mine ${commit}`);
    origin.git(['commit', '--quiet', '--allow-empty', '-m', 'Theirs']);
    await origin.talkWell(['push', '--quiet', 'origin', 'main']);
    await talk('fetch', '--quiet');
    expect(git('merge-base', 'main', 'origin/main')).toBe(origin.line(['rev-parse', 'main~1']));
    expect(existsSync(join(path, '.git/shallow'))).toBe(false);
  });

  it('HI-11 an object to which no ref leads is not there', async () => {
    const hidden = origin.line(['commit-tree', '-m', 'hidden', origin.line(['rev-parse', 'main^{tree}'])]);
    await origin.talkWell(['push', '--quiet', 'origin', `${hidden}:refs/heads/hidden`]);
    const oid = memory.names.get('refs/heads/hidden') ?? '';
    memory.names.delete('refs/heads/hidden');
    memory.names.set('refs/slipway/saves', oid);
    const { path } = await cloneIt();
    const fetched = await origin.talk(['-C', path, 'fetch', 'origin', oid]);
    expect(fetched.status).not.toBe(0);
    expect(fetched.output).toMatch(new RegExp(`not our ref ${oid}`));
    expect(await origin.talkWell(['-c', version, 'ls-remote', served.url])).not.toContain('slipway');
  });
});

describe('an empty repository', () => {
  it.each(versions)('HI-05 is cloned with %s, and has HEAD’s name for the first commit', async (version) => {
    const empty = new MemoryRepository();
    const server = await serveRepository(empty);
    const path = join(folder, `empty-${version}`);
    const said = await origin.talkWell(['-c', version, '-c', 'init.defaultBranch=other', 'clone', server.url, path]);
    expect(said).toMatch(/empty repository/);
    if (version.endsWith('2')) expect(origin.line(['-C', path, 'symbolic-ref', 'HEAD'])).toBe('refs/heads/main');
    origin.git(['-C', path, 'commit', '--quiet', '--allow-empty', '-m', 'First']);
    await origin.talkWell(['-C', path, 'push', '--quiet', 'origin', 'HEAD:main']);
    expect([...empty.names.keys()]).toEqual(['refs/heads/main']);
    await server.close();
  });
});

describe('HI-11 a push is refused, and nothing changes, when it', () => {
  const push = async (...args: string[]) => {
    const before = new Map(memory.names);
    const pushed = await origin.talk(['push', '--no-thin', 'origin', ...args]);
    return { ...pushed, changed: JSON.stringify([...before]) !== JSON.stringify([...memory.names]) };
  };

  it.each<[string, string[], RegExp]>([
    ['is forced', ['--force', 'main~3:refs/heads/main'], /\[remote rejected\] main~3 -> main \(non-fast-forward\)/],
    ['deletes the branch of HEAD', [':main'], /deletion of the current branch prohibited/],
    ['moves a hidden ref', ['main:refs/slipway/x'], /deny updating a hidden ref/],
    [
      'makes a branch of no commit',
      ['main^{tree}:refs/heads/tree'],
      /failed to update ref|wants to update|not a commit|error/,
    ],
    ['makes a branch below a branch', ['main:refs/heads/main/x'], /failed to update ref/],
    [
      'makes a branch above a branch',
      ['main:refs/heads/a/b', 'main:refs/heads/a', '--atomic'],
      /atomic push failure|failed to update ref/,
    ],
  ])('%s', async (_, args, message) => {
    const pushed = await push(...args);
    expect(pushed).toMatchObject({ changed: false, output: expect.stringMatching(message) });
    expect(pushed.status).not.toBe(0);
  });

  it('loses a race for its ref', async () => {
    origin.git(['commit', '--quiet', '--allow-empty', '-m', 'Race']);
    const before = memory.names.get('refs/heads/main') ?? '';
    memory.beforeStore = () => void memory.names.set('refs/heads/main', memory.names.get('refs/heads/topic') ?? '');
    const pushed = await origin.talk(['push', 'origin', 'main', 'main:refs/heads/beside']);
    memory.beforeStore = undefined;
    expect(pushed.output).toMatch(/\[remote rejected\] main -> main \(failed to update ref\)/);
    expect(pushed.output).toMatch(/\[new branch\]\s+main -> beside/);
    memory.names.set('refs/heads/main', before);
    const stale = await origin.talk(['push', '--force-with-lease=beside:' + before, 'origin', 'main~1:beside']);
    expect(stale.output).toMatch(/stale info|rejected/);
  });

  it('is atomic and one of its refs is refused', async () => {
    const pushed = await push('--atomic', 'main:refs/heads/fine', '+v1~5:refs/heads/topic');
    expect(pushed).toMatchObject({ changed: false, output: expect.stringMatching(/fine \(atomic push failure\)/) });
  });

  it('leads to an object that is not there', async () => {
    const { path } = await clone('--filter=blob:none', '--no-checkout');
    const tree = origin.line(['mktree', '--missing'], `100644 blob ${'1'.repeat(40)}\tx\n`);
    const commit = origin.line(['commit-tree', '-m', 'x', tree]);
    const before = memory.objects.size;
    // The real git looks itself unless it is told that others have the object.
    origin.git(['-C', path, 'config', 'remote.origin.promisor', 'true']);
    origin.git(['-C', path, 'fetch', '--quiet', origin.path, `${origin.line(['rev-parse', 'main'])}:refs/x`]);
    const pack = origin.git(['pack-objects', '--stdout', '-q'], `${commit}\n${tree}\n`);
    const command = `${'0'.repeat(40)} ${commit} refs/heads/hole\0report-status`;
    const body = Buffer.concat([
      Buffer.from((command.length + 4).toString(16).padStart(4, '0')),
      Buffer.from(`${command}0000`),
      pack,
    ]);
    const answer = await fetch(`${served.url}git-receive-pack`, { method: 'POST', body });
    expect(await answer.text()).toMatch(/unpack ok\n.*ng refs\/heads\/hole missing necessary objects/s);
    expect([memory.objects.size, memory.names.has('refs/heads/hole')]).toEqual([before, false]);
  });

  it('has names that git forbids, and is told of those that are one elsewhere', async () => {
    const blob = origin.line(['hash-object', '-w', '--stdin'], 'x');
    const index = `100644 ${blob}\tfile\n100644 ${blob}\tFile\n`;
    const env = join(folder, 'index');
    origin.git(['-c', 'core.protectNTFS=false', 'update-index', '--index-info'], index);
    const tree = origin.line(['write-tree']);
    origin.git(['read-tree', 'main']);
    const commit = origin.line(['commit-tree', '-m', 'x', tree, '-p', 'main']);
    const said = await origin.talkWell(['push', 'origin', `${commit}:refs/heads/case`]);
    expect(said).toMatch(/remote: warning: in tree [0-9a-f]{40} the names "File", "file" are one on macOS or Windows/);
    expect(existsSync(env)).toBe(false);
    const bad = origin.line(
      ['hash-object', '-w', '--literally', '--stdin', '-t', 'tree'],
      Buffer.concat([Buffer.from('40000 .GIT\0'), Buffer.from(origin.line(['rev-parse', 'main^{tree}']), 'hex')]),
    );
    const badCommit = origin.line(['commit-tree', '-m', 'x', bad, '-p', 'main']);
    const pushed = await push(`${badCommit}:refs/heads/bad`);
    expect(pushed).toMatchObject({ changed: false, output: expect.stringMatching(/contains '\.git'/) });
  });

  it('is larger than it may be', async () => {
    const small = await serveRepository(new MemoryRepository(), { ...PACK_LIMITS, packBytes: 4000 });
    const pushed = await origin.talk(['push', small.url, 'main']);
    expect(pushed.output).toMatch(/pack exceeds maximum allowed size \(4000 bytes\)/);
    expect(pushed.output).toMatch(/main -> main \(unpacker error\)/);
    await small.close();
  });
});
