import { createHash } from 'node:crypto';
import type { MergeConflict, Project, SaveBody, TreeChange, TreeEntry } from '@slipway/contracts';
import { applySplice } from '@slipway/history/tab';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import type { Api } from '../api/create-api.ts';
import { makeFakeFiles } from '../testing/fake-files.ts';
import { makeCommitter } from './make-committer.ts';

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const shaOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A server that takes saves as the real one does, but keeps one tree and merges nothing by itself. */
function makeFakeServer(files: Record<string, string>) {
  const kept = new Map(Object.entries(files).map(([path, text]) => [path, bytesOf(text)]));
  const blobs = new Map<string, Uint8Array>();
  const saves: { body: SaveBody; size: number }[] = [];
  let merged: { changes: TreeChange[]; conflicts: MergeConflict[] } | null = null;
  let theirs: Record<string, string> = {};
  let forgets = false;
  let revision = 1;

  const saveChanges = async (_id: string, parts: Uint8Array<ArrayBuffer>[]) => {
    const body = Buffer.concat(parts);
    const end = body.indexOf(10);
    const save = JSON.parse(body.subarray(0, end).toString()) as SaveBody;
    saves.push({ body: save, size: body.length });
    let at = end + 1;
    const missing: string[] = [];
    for (const change of save.changes) {
      if (change.kind !== 'file') continue;
      const { content, path, size } = change;
      const length = content.as === 'known' ? 0 : content.as === 'whole' ? size : content.length;
      const sent = new Uint8Array(body.subarray(at, (at += length)));
      const known = blobs.get(change.sha256) ?? [...kept.values()].find((bytes) => shaOf(bytes) === change.sha256);
      const before = forgets ? undefined : kept.get(path);
      const made =
        content.as === 'known'
          ? known
          : content.as === 'whole'
            ? sent
            : before && applySplice(before, { ...content, inserted: sent });
      if (!made) missing.push(path);
      else {
        expect(shaOf(made)).toBe(change.sha256);
        kept.set(path, new Uint8Array(made));
      }
    }
    if (missing.length > 0) throw new ApiError(422, 'MISSING_CONTENT', 'Some bytes', { paths: missing });
    for (const { kind, path } of save.changes)
      if (kind === 'gone')
        for (const known of [...kept.keys()]) if (known === path || known.startsWith(`${path}/`)) kept.delete(known);
    const snapshot = { id: `snapshot ${String(++revision)}`, commit: String(revision).padStart(40, '0'), revision };
    for (const [path, text] of Object.entries(theirs)) kept.set(path, bytesOf(text));
    const answer = { snapshot, merged };
    merged = null;
    theirs = {};
    return answer;
  };
  const api = {
    saveChanges,
    missingBlobs: async (hashes: string[]) => ({ missing: hashes.filter((hash) => !blobs.has(hash)) }),
    putBlob: async (hash: string, bytes: Uint8Array) => void blobs.set(hash, bytes),
    fileAt: async (_project: string, _snapshot: string, path: string) => kept.get(path)!.slice(),
  } as unknown as Api;
  return {
    api,
    kept,
    blobs,
    saves,
    entries: (): TreeEntry[] =>
      [...kept].map(([path, bytes]) => ({ kind: 'file', path, mode: 0o644, sha256: shaOf(bytes), size: bytes.length })),
    /** The next save is answered as one that was merged. */
    mergeNext: (files: Record<string, string>, conflicts: MergeConflict[] = []) => {
      theirs = files;
      const changes = Object.entries(files).map(([path, text]): TreeChange => {
        const bytes = bytesOf(text);
        return { kind: 'file', path, mode: 0o644, sha256: shaOf(bytes), size: bytes.length };
      });
      merged = { changes, conflicts };
    },
    forget: () => void (forgets = true),
    text: (path: string) => (kept.has(path) ? new TextDecoder().decode(kept.get(path)) : undefined),
  };
}

/** `folder`: the files of a container that outlived its tab, where these are others than the server's. */
function open(files: Record<string, string>, folder?: Record<string, string>) {
  const server = makeFakeServer(files);
  const container = makeFakeFiles(folder ?? files);
  const bases: (string | null)[] = [];
  const told: MergeConflict[] = [];
  const project = { id: 'p', latestSnapshotId: 'snapshot 1' } as Project;
  const committer = makeCommitter(server.api, project, container.port, {
    entries: server.entries(),
    commit: '1'.padStart(40, '0'),
    cursor: 0,
    device: async () => 'A',
    onConflicts: (conflicts) => void told.push(...conflicts),
    restored: folder !== undefined,
    beforeSend: async () => undefined,
    onBase: ({ commit }) => void bases.push(commit),
  });
  const progress: string[] = [];
  const commit = () => committer.commit(({ sent, total }) => void progress.push(`${String(sent)}/${String(total)}`));
  return { server, container, committer, commit, told, progress, bases };
}

const LONG = 'const x = 1;\n'.repeat(300);

describe('committing', () => {
  it('HI-01 an edit reads and sends what changed, and asks for nothing else of the container', async () => {
    const files = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`src/f${String(at)}.ts`, LONG]));
    const { server, container, commit, committer } = open({ ...files, '.gitignore': '*.log\n' });
    container.write('src/f7.ts', `${LONG}// one\n`);
    await commit();
    container.write('src/f7.ts', `${LONG}// one, two\n`);
    container.write('debug.log', 'not saved');
    await commit();
    await commit();
    // The rules once, the edited file at each save: neither an export nor any other file.
    expect(container.read).toEqual(['.gitignore', 'src/f7.ts', 'src/f7.ts']);
    expect(server.text('src/f7.ts')).toBe(`${LONG}// one, two\n`);
    expect(server.saves).toHaveLength(2);
    expect(server.saves[1]!.size).toBeLessThan(400);
    expect(server.saves[1]!.body).toMatchObject({ base: '2'.padStart(40, '0'), device: 'A' });
    expect(committer.snapshotId()).toBe('snapshot 3');
  });

  it('UX-18 a folder that was opened while nobody answered is compared with what the first answer says that it was', async () => {
    const server = makeFakeServer({ same: 'x', edited: 'old' });
    const container = makeFakeFiles({ same: 'x', edited: 'new' });
    let answers = false;
    let persisted = 0;
    const stale = { id: 'p', latestSnapshotId: 'snapshot 0', revision: 0 } as Project;
    const committer = makeCommitter(server.api, stale, container.port, {
      entries: [],
      commit: null,
      cursor: 0,
      device: async () => 'A',
      onConflicts: () => undefined,
      restored: true,
      beforeSend: async () => void persisted++,
      onBase: () => undefined,
      late: async () => {
        if (!answers) throw new ApiError(0, 'UNREACHABLE', 'The server does not answer', undefined);
        const project = { ...stale, latestSnapshotId: 'snapshot 1', revision: 1 };
        return { entries: server.entries(), commit: '1'.padStart(40, '0'), behind: true, project };
      },
    });
    await expect(committer.commit(() => undefined)).rejects.toThrow('does not answer');
    // It is on the disk all the same.
    expect([persisted, server.saves.length]).toEqual([1, 0]);
    answers = true;
    await committer.commit(() => undefined);
    expect(server.saves[0]!.body).toMatchObject({ base: '1'.padStart(40, '0'), merge: true });
    expect(server.saves[0]!.body.changes.map(({ kind, path }) => [kind, path])).toEqual([['file', 'edited']]);
    expect([committer.snapshotId(), committer.isBehind()]).toEqual(['snapshot 2', false]);
  });

  it('TC-10 a folder that outlived its tab is compared with what it was made from, once, and noted when it is saved', async () => {
    const before = { '.gitignore': '*.log\n', same: 'x', edited: 'old', deleted: 'y' };
    const { server, commit, container, bases } = open(before, {
      '.gitignore': '*.log\n',
      same: 'x',
      edited: 'new',
      made: 'z',
      'a.log': 'ignored',
    });
    await commit();
    expect(server.saves[0]!.body).toMatchObject({ base: '1'.padStart(40, '0'), merge: true });
    expect(server.saves[0]!.body.changes.map(({ kind, path }) => [kind, path])).toEqual([
      ['gone', 'deleted'],
      ['file', 'edited'],
      ['file', 'made'],
    ]);
    expect(bases).toEqual(['2'.padStart(40, '0')]);
    const read = container.read.length;
    await commit();
    expect([server.saves.length, container.read.length, bases.length]).toEqual([1, read, 1]);
  });

  it('tells of deletions, new modes and renames; bytes that moved are not sent', async () => {
    const { server, container, commit } = open({ 'a/one': LONG, 'a/two': 'x', b: LONG });
    container.write('c/one', LONG);
    container.write('b', LONG, 0o755);
    container.remove('a');
    await commit();
    expect([...server.kept.keys()].sort()).toEqual(['b', 'c/one']);
    const { body, size } = server.saves[0]!;
    expect(body.changes).toMatchObject([
      { kind: 'gone', path: 'a' },
      { kind: 'file', path: 'c/one', content: { as: 'known' } },
      { kind: 'file', path: 'b', mode: 0o755, content: { as: 'known' } },
    ]);
    expect(size).toBeLessThan(800);
  });

  it('saves by other rules when they change, and keeps what was saved before', async () => {
    const { server, container, commit } = open({ '.gitignore': '*.log\n', 'old.log': 'saved before there were rules' });
    container.write('new.log', 'ignored');
    await commit();
    expect(server.saves).toEqual([]);
    container.write('.gitignore', '*.tmp\n');
    await commit();
    expect(server.text('new.log')).toBe('ignored');
    container.write('old.log', 'changed');
    container.write('.gitignore', '*.log\n');
    await commit();
    expect(server.text('old.log')).toBe('changed');
  });

  it('puts large files before the save, and counts them', async () => {
    const { server, container, commit, progress } = open({});
    for (const name of ['one', 'two']) container.write(name, name.repeat(200_000));
    container.write('small', 'x');
    await commit();
    expect(progress).toEqual(['0/2', '1/2', '2/2']);
    expect([...server.kept.keys()].sort()).toEqual(['one', 'small', 'two']);
    expect(server.saves[0]!.size).toBeLessThan(1_500);
  });

  it('sends the whole where the server has nothing that a difference could stand on', async () => {
    const { server, container, commit } = open({ a: LONG });
    container.write('a', `${LONG}1\n`);
    await commit();
    server.forget();
    container.write('a', `${LONG}2\n`);
    await commit();
    expect(server.text('a')).toBe(`${LONG}2\n`);
    expect(server.saves.map(({ body }) => (body.changes[0] as { content: { as: string } }).content.as)).toEqual([
      'whole',
      'splice',
      'whole',
    ]);
  });

  it('HI-03 puts what another device changed into the container, and tells what is kept twice', async () => {
    const { server, container, commit, told } = open({ a: '1\n2\n', z: 'z' });
    const conflict: MergeConflict = { path: 'z', outcome: 'kept-both', keptAs: 'z.device-A' };
    container.write('a', 'one\n2\n');
    server.mergeNext({ z: 'theirs', 'z.device-A': 'mine', new: 'theirs' }, [conflict]);
    await commit();
    expect(['z', 'z.device-A', 'new'].map(container.text)).toEqual(['theirs', 'mine', 'theirs']);
    expect(told).toEqual([conflict]);
    // What was put there is the server's already.
    await commit();
    expect(server.saves).toHaveLength(1);
  });

  it('UX-04 a newer revision is asked for by an empty save, once, whatever the answer calls it', async () => {
    const { server, container, committer, commit } = open({ a: 'a' });
    await commit();
    expect(server.saves).toHaveLength(0);
    server.mergeNext({ a: 'theirs' });
    committer.pull(9);
    expect(committer.isBehind()).toBe(true);
    await commit();
    expect({ changes: server.saves[0]?.body.changes, text: container.text('a') }).toEqual({
      changes: [],
      text: 'theirs',
    });
    expect(committer.isBehind()).toBe(false);
    await commit();
    expect(server.saves).toHaveLength(1);
  });

  it('HI-03 what is typed while a merge comes in is merged once more, or both stay', async () => {
    const { server, container, commit } = open({ a: '1\n2\n3\n', b: 'b\n' });
    container.write('a', 'one\n2\n3\n');
    container.write('b', 'mine\n');
    await commit();
    container.write('a', 'one\n2\n3\n4\n');
    container.write('b', 'mine too\n');
    server.mergeNext({ a: 'one\ntwo\n3\n4\n', b: 'theirs\n' });
    container.duringApply(() => {
      container.write('a', 'one\n2\n3\n4\n5\n');
      container.write('b', 'typed\n');
    });
    await commit();
    expect(container.text('a')).toBe('one\ntwo\n3\n4\n5\n');
    expect([container.text('b'), container.text('b.not-A')]).toEqual(['typed\n', 'theirs\n']);
    await commit();
    expect(server.text('a')).toBe('one\ntwo\n3\n4\n5\n');
    expect(server.text('b.not-A')).toBe('theirs\n');
  });
});
