import { AsyncVfsClient } from '@slipway/vfs';
import { startVolume, type TestVolume } from '@slipway/vfs/testing';
import { controlReply, type AppliedEntry, MAX_READ_BYTES } from '@slipway/wire';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ProjectFiles } from './project-files.ts';

let volume: TestVolume;
let fs: AsyncVfsClient;
let files: ProjectFiles;
let told: number[];
beforeAll(() => {
  volume = startVolume();
});
afterAll(() => volume.stop());
beforeEach(async () => {
  fs = new AsyncVfsClient(volume.memory);
  await fs.removeTree('/home/project');
  await fs.mkdirAll('/home/project/src', 0o755);
  await write('src/a.ts', 'a');
  told = [];
  files = new ProjectFiles({ fs, workdir: '/home/project' }, (cursor) => told.push(cursor));
});
afterEach(() => files.close());

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const write = (path: string, text: string, mode = 0o644): Promise<number> =>
  fs.writeFile(`/home/project/${path}`, bytes(text), mode);
const file = (path: string, text: string, mode = 0o644): AppliedEntry => ({
  kind: 'file',
  path,
  mode,
  bytes: bytes(text),
});
const shown = (...paths: string[]): unknown[] =>
  files
    .read(paths)
    .entries.map((entry) =>
      entry.kind === 'file' ? [entry.path, new TextDecoder().decode(entry.bytes), entry.mode] : entry,
    );

describe('the files of a project', () => {
  it('HI-01 tell the paths that changed since a cursor, whoever changed them, and no others', async () => {
    const first = files.changes(undefined, ['node_modules']);
    expect(first).toEqual({ cursor: 0, paths: [], all: false });
    await write('src/a.ts', 'changed');
    await write('src/b.ts', 'new');
    await fs.mkdirAll('/home/project/src/node_modules/x', 0o755);
    await write('src/node_modules/x/y', 'not looked at');
    const second = files.changes(first.cursor);
    expect(second.paths.sort()).toEqual(['src/a.ts', 'src/b.ts']);
    expect(files.changes(second.cursor).paths).toEqual([]);
    await fs.rename('/home/project/src', '/home/project/lib');
    const third = files.changes(second.cursor);
    expect(third.paths.sort()).toEqual(['lib', 'lib/a.ts', 'lib/b.ts', 'src', 'src/a.ts', 'src/b.ts']);
    await fs.chmod(fs.lookup('/home/project/lib/a.ts', true), 0o755);
    expect(files.changes(third.cursor).paths).toEqual(['lib/a.ts']);
    // Asked again with an older cursor, what was not taken comes again.
    expect(files.changes(third.cursor).paths).toEqual(['lib/a.ts']);
    expect(files.changes(undefined, [], true).paths.sort()).toEqual(['lib', 'lib/a.ts', 'lib/b.ts']);
    expect(told.length).toBeGreaterThan(0);
  });

  it('are read with their modes, links as links, as many as fit', async () => {
    await write('run', '#!', 0o755);
    await fs.symlink('../x', '/home/project/l');
    await fs.mkdir('/home/project/empty', 0o700);
    expect(shown('run', 'l', 'empty', 'src', 'none')).toEqual([
      ['run', '#!', 0o755],
      { kind: 'link', path: 'l', target: '../x' },
      { kind: 'dir', path: 'empty', mode: 0o700, empty: true },
      { kind: 'dir', path: 'src', mode: 0o755, empty: false },
      { kind: 'gone', path: 'none' },
    ]);
    await fs.writeFile('/home/project/large', new Uint8Array(MAX_READ_BYTES + 1), 0o644);
    expect(files.read(['large', 'run']).entries.map(({ path }) => path)).toEqual(['large']);
    expect(files.read(['run', 'large']).entries.map(({ path }) => path)).toEqual(['run']);
    const reply = { type: 'reply', id: 1, ok: true, read: files.read(['run', 'l', 'empty', 'none']).entries };
    expect(controlReply.safeParse(reply).success).toBe(true);
  });

  it('are made what is told: replaced, linked, removed, with modes and the folders above', async () => {
    await files.apply(0, [
      { kind: 'gone', path: 'src' },
      file('src', 'a file now'),
      file('deep/er/run', '#!', 0o755),
      { kind: 'dir', path: 'empty', mode: 0o700 },
      { kind: 'link', path: 'l', target: 'src' },
    ]);
    await files.apply(0, [
      { kind: 'link', path: 'l', target: 'deep' },
      { kind: 'mode', path: 'src', mode: 0o600 },
    ]);
    expect(shown('src', 'deep/er/run', 'empty', 'l')).toEqual([
      ['src', 'a file now', 0o600],
      ['deep/er/run', '#!', 0o755],
      { kind: 'dir', path: 'empty', mode: 0o700, empty: true },
      { kind: 'link', path: 'l', target: 'deep' },
    ]);
  });

  it('HI-03 are left alone where they changed since the cursor', async () => {
    const { cursor } = files.changes(undefined);
    await write('src/a.ts', 'mine');
    await write('src/new/x', 'mine', 0o644);
    await fs.mkdirAll('/home/project/d', 0o755);
    await write('d/mine', 'mine');
    expect(
      await files.apply(cursor, [file('src/a.ts', 'theirs'), file('b', 'theirs'), { kind: 'gone', path: 'd' }]),
    ).toEqual(['src/a.ts', 'd']);
    expect(shown('src/a.ts', 'b', 'd/mine')).toEqual([
      ['src/a.ts', 'mine', 0o644],
      ['b', 'theirs', 0o644],
      ['d/mine', 'mine', 0o644],
    ]);
  });

  it('are those below the working directory alone', async () => {
    for (const path of ['../x', '/etc', 'a//b', 'a/./b', '', 'a\0'])
      expect(() => files.read([path])).toThrow('it is not normalised');
    await expect(files.apply(0, [file('fine', ''), file('../x', '')])).rejects.toThrow('it is not normalised');
    expect(shown('fine')).toEqual([{ kind: 'gone', path: 'fine' }]);
  });
});
