import { digestOf, performOrder, type ToolOrder, type ToolReport } from '@slipway/agent';
import { describe, expect, it } from 'vitest';
import { makeMemoryFolder } from './testing/memory-folder.ts';

const SCOPE = [['**']];
const NEVER = new AbortController().signal;
const digest = (text: string): Promise<string> => digestOf(new TextEncoder().encode(text));

describe('an order to whoever has the project', () => {
  it('AG-12 Edit needs one exact place, or all of them, and puts the new text in as it is', async () => {
    const folder = makeMemoryFolder({ a: 'one two one' });
    const edit = async (input: Partial<Extract<ToolOrder, { name: 'Edit' }>['input']>): Promise<ToolReport> => {
      const version = await digest(folder.files.get('a')!);
      const order: ToolOrder = {
        name: 'Edit',
        scope: SCOPE,
        version,
        input: { path: 'a', old: 'one', new: 'x', ...input },
      };
      return await performOrder(folder.host, order, NEVER);
    };
    expect(await edit({})).toMatchObject({ ok: false, text: expect.stringContaining('2 times') });
    expect(await edit({ old: 'One' })).toMatchObject({ ok: false, text: expect.stringContaining('is not in "a"') });
    expect(await edit({ old: 'two', new: '$& $1' })).toMatchObject({ ok: true, changed: true });
    expect(folder.files.get('a')).toBe('one $& $1 one');
    const all = await edit({ all: true });
    expect(folder.files.get('a')).toBe('x $& $1 x');
    expect(all.version).toBe(await digest('x $& $1 x'));
    const stale: ToolOrder = {
      name: 'Edit',
      scope: SCOPE,
      version: await digest('old'),
      input: { path: 'a', old: 'x', new: 'y', all: true },
    };
    expect(await performOrder(folder.host, stale, NEVER)).toMatchObject({
      ok: false,
      text: expect.stringContaining('Read it again'),
    });
  });

  it('AG-12 Write makes what was not there, replaces what was read, and nothing else', async () => {
    const folder = makeMemoryFolder({ a: 'old' });
    const write = (path: string, version: string | null): Promise<ToolReport> =>
      performOrder(folder.host, { name: 'Write', scope: SCOPE, version, input: { path, content: 'new' } }, NEVER);
    expect(await write('a', null)).toMatchObject({ ok: false, text: expect.stringContaining('is there already') });
    expect(await write('a', await digest('other'))).toMatchObject({ ok: false });
    expect(await write('a', await digest('old'))).toMatchObject({ ok: true });
    expect(await write('b/c', null)).toMatchObject({ ok: true });
    expect(await write('a/d', null)).toMatchObject({ ok: false, text: expect.stringContaining('no folder') });
    expect(await write('b', null)).toMatchObject({ ok: false, text: '"b" is a folder' });
    expect(folder.done).toEqual(['put a', 'put b/c']);
  });

  it('AG-12 what a person writes between the look and the write is kept', async () => {
    const folder = makeMemoryFolder({ a: 'old' });
    const { look } = folder.host;
    const host = {
      ...folder.host,
      look: async (paths: readonly string[]) => {
        const found = await look(paths);
        await folder.host.put(Infinity, { path: 'a', mode: 0o644, bytes: new TextEncoder().encode('typed') });
        return found;
      },
    };
    const order: ToolOrder = {
      name: 'Edit',
      scope: SCOPE,
      version: await digest('old'),
      input: { path: 'a', old: 'old', new: 'x' },
    };
    expect(await performOrder(host, order, NEVER)).toMatchObject({
      ok: false,
      text: expect.stringContaining('nothing was written'),
    });
    expect(folder.files.get('a')).toBe('typed');
  });

  it('AG-11 Read gives numbered lines in parts, and refuses links, folders and what is no text', async () => {
    const lines = Array.from({ length: 5000 }, (_, at) => `line ${at + 1}`).join('\n');
    const folder = makeMemoryFolder({ big: lines, bin: 'a\0b', link: '->/etc/passwd', dir: '->..', 'd/e': '' });
    const read = (path: string, more: object = {}): Promise<ToolReport> =>
      performOrder(folder.host, { name: 'Read', scope: SCOPE, input: { path, ...more } }, NEVER);
    const first = await read('big');
    expect(first.text).toMatch(/^1\tline 1\n2\tline 2\n/);
    const next = Number(/go on with offset (\d+)/.exec(first.text)?.[1]);
    expect((await read('big', { offset: next, limit: 2 })).text).toMatch(new RegExp(`^${next}\tline ${next}\n`));
    expect(first.text.length).toBeLessThanOrEqual(32 * 1024);
    expect(await read('big', { offset: 9000 })).toMatchObject({ ok: false, text: '"big" has 5000 lines' });
    for (const path of ['bin', 'link', 'dir/passwd', 'd', 'none', '../x', '/etc/passwd'])
      expect(await read(path), path).toMatchObject({ ok: false });
  });

  it('AG-11 Glob and Grep show nothing outside of the scope, and no line of a file with secrets', async () => {
    const folder = makeMemoryFolder({
      'src/a.ts': 'key = 1',
      'src/b.ts': 'x',
      'other.ts': 'key = 2',
      'src/.env': 'key = 3',
    });
    const scope = [['src/**']];
    const glob = await performOrder(folder.host, { name: 'Glob', scope, input: { pattern: '**/*.ts' } }, NEVER);
    expect(glob.text).toBe('src/a.ts\nsrc/b.ts');
    const grep = await performOrder(folder.host, { name: 'Grep', scope, input: { pattern: 'key' } }, NEVER);
    expect(grep.text).toBe('src/a.ts:1:key = 1');
    const none = await performOrder(
      folder.host,
      { name: 'Grep', scope, input: { pattern: 'key', glob: 'x/**' } },
      NEVER,
    );
    expect(none).toMatchObject({ ok: true, text: 'No line matches' });
  });
});
