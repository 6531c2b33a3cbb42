/** mount, fs and export of @webcontainer/api 1.6.4: one test for each member and option. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { snapshot } from '@webcontainer/snapshot';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiPage, openApiPage } from './open-api-page.ts';

let api: ApiPage;
let page: Page;
beforeAll(async () => {
  api = await openApiPage();
  page = api.page;
});
afterAll(() => api?.close());

beforeEach(() =>
  page.evaluate(async () => {
    const { fs } = window.container;
    for (const name of await fs.readdir('.')) await fs.rm(name, { recursive: true, force: true });
  }),
);

const readText = (path: string): Promise<string> =>
  page.evaluate((path) => window.container.fs.readFile(path, 'utf-8'), path);
const readBytes = (path: string): Promise<number[]> =>
  page.evaluate(async (path) => [...(await window.container.fs.readFile(path))], path);

describe('mount', () => {
  it('WebContainer.mount and FileSystemTree: a tree of what is named below', async () => {
    await page.evaluate(() =>
      window.container.mount({
        'package.json': { file: { contents: '{}' } },
        src: { directory: { 'a.js': { file: { contents: '1' } } } },
      }),
    );
    expect(await page.evaluate(() => window.container.fs.readdir('.'))).toEqual(['package.json', 'src']);
    expect(await readText('src/a.js')).toBe('1');
  });

  it('FileNode.file: text is UTF-8, bytes stay bytes, empty content is a file', async () => {
    await page.evaluate(() =>
      window.container.mount({
        text: { file: { contents: 'grün €😀' } },
        bytes: { file: { contents: Uint8Array.from({ length: 256 }, (_, at) => at) } },
        none: { file: { contents: '' } },
      }),
    );
    expect(await readText('text')).toBe('grün €😀');
    expect(await readBytes('bytes')).toEqual(Array.from({ length: 256 }, (_, at) => at));
    expect(await readBytes('none')).toEqual([]);
  });

  it('DirectoryNode.directory: nested and empty directories', async () => {
    await page.evaluate(() =>
      window.container.mount({ a: { directory: { b: { directory: { c: { directory: {} } } } } } }),
    );
    expect(
      await page.evaluate(async () => [
        await window.container.fs.readdir('a/b'),
        await window.container.fs.readdir('a/b/c'),
      ]),
    ).toEqual([['c'], []]);
  });

  it('SymlinkNode.file: a link is one, and leads where it says', async () => {
    await page.evaluate(() =>
      window.container.mount({
        real: { file: { contents: 'content' } },
        d: { directory: { link: { file: { symlink: '../real' } } } },
      }),
    );
    expect(await readText('d/link')).toBe('content');
    const { output } = await page.evaluate(async () =>
      window.collect(await window.container.spawn('readlink', ['d/link'])),
    );
    expect(output.trim()).toBe('../real');
  });

  it('WebContainer.mount of a snapshot made by @webcontainer/snapshot, as Uint8Array and as ArrayBuffer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-snapshot-'));
    try {
      mkdirSync(join(folder, 'sub/empty'), { recursive: true });
      writeFileSync(join(folder, 'a.txt'), 'grün');
      writeFileSync(join(folder, 'sub/bin'), Uint8Array.of(255, 0, 128));
      const bytes = [...(await snapshot(folder))];
      for (const [kind, at] of [
        ['view', 'one'],
        ['buffer', 'two'],
      ] as const) {
        const transferred = await page.evaluate(
          async ({ bytes, kind, at }) => {
            const view = Uint8Array.from(bytes);
            await window.container.fs.mkdir(at);
            await window.container.mount(kind === 'view' ? view : view.buffer, { mountPoint: at });
            return view.byteLength;
          },
          { bytes, kind, at },
        );
        expect(transferred, 'binary payloads are transferred').toBe(0);
        expect(await readText(`${at}/a.txt`)).toBe('grün');
        expect(await readBytes(`${at}/sub/bin`)).toEqual([255, 0, 128]);
        expect(await page.evaluate((at) => window.container.fs.readdir(`${at}/sub`), at)).toEqual(['bin', 'empty']);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('LoadFilesOptions.mountPoint: relative, absolute, nested and not there yet', async () => {
    const at = await page.evaluate(async () => {
      const tree = { f: { file: { contents: 'x' } } };
      const points = ['here', 'not/yet/there', '/slash', `${window.container.workdir}/absolute`];
      for (const mountPoint of points) await window.container.mount(tree, { mountPoint });
      return Promise.all(
        ['here/f', 'not/yet/there/f', 'slash/f', 'absolute/f'].map((path) =>
          window.container.fs.readFile(path, 'utf-8'),
        ),
      );
    });
    expect(at).toEqual(['x', 'x', 'x', 'x']);
  });

  it('WebContainer.mount over what is there: files are replaced, the rest stays', async () => {
    await page.evaluate(async () => {
      await window.container.mount({
        d: { directory: { keep: { file: { contents: 'k' } }, change: { file: { contents: 'a long text before' } } } },
      });
      await window.container.mount({ d: { directory: { change: { file: { contents: 'after' } } } } });
    });
    expect(await readText('d/keep')).toBe('k');
    expect(await readText('d/change')).toBe('after');
  });

  it('WebContainer.mount of something malformed rejects with a code and changes nothing', async () => {
    const results = await page.evaluate(async () => {
      const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
      const tree = (inner: string): Uint8Array => bytes(`{"d":{"good":{"f":{"c":"1"}},${inner}}}`);
      const payloads: Record<string, Uint8Array> = {
        empty: new Uint8Array(),
        garbage: Uint8Array.of(0xff, 0x00),
        'half JSON': bytes('{"d":{'),
        'not a directory': bytes('{"f":{"c":"x"}}'),
        list: bytes('{"d":[]}'),
        'parent name': tree('"..":{"f":{"c":"x"}}'),
        'slash in a name': tree('"a/b":{"f":{"c":"x"}}'),
        'null byte': tree('"a\\u0000":{"f":{"c":"x"}}'),
        'empty name': tree('"":{"d":{}}'),
        'both kinds': tree('"x":{"d":{},"f":{"c":""}}'),
        'no content': tree('"x":{"f":{}}'),
        'number as content': tree('"x":{"f":{"c":7}}'),
        'wide binary': tree('"x":{"f":{"c":"€","b":true}}'),
        'too deep': bytes('{"d":{"a":'.repeat(400) + '{"d":{}}' + '}}'.repeat(400)),
        'broken snapshot': Uint8Array.of(0x81, 0xa1, 0x64, 0xdf, 0xff, 0xff, 0xff, 0xff),
      };
      const failures: Record<string, unknown> = {};
      for (const [name, payload] of Object.entries(payloads))
        failures[name] = (await window.failure(() => window.container.mount(payload)))['code'];
      return { failures, files: await window.container.fs.readdir('.') };
    });
    expect(results.files).toEqual([]);
    expect(Object.entries(results.failures).filter(([, code]) => code !== 'ERR_INVALID_ARG_VALUE')).toEqual([]);
  });

  it('WebContainer.mount on a file or over a directory of another kind rejects', async () => {
    const codes = await page.evaluate(async () => {
      await window.container.mount({
        file: { file: { contents: 'f' } },
        dir: { directory: { in: { file: { contents: 'i' } } } },
      });
      return [
        (await window.failure(() => window.container.mount({ x: { file: { contents: '' } } }, { mountPoint: 'file' })))[
          'code'
        ],
        (await window.failure(() => window.container.mount({ dir: { file: { contents: '' } } })))['code'],
      ];
    });
    expect(codes).toEqual(['EEXIST', 'EISDIR']);
    expect([await readText('file'), await readText('dir/in')]).toEqual(['f', 'i']);
  });
});

describe('fs.readFile and fs.writeFile', () => {
  it('WebContainer.fs and FileSystemAPI.readFile without an encoding: bytes', async () => {
    await page.evaluate(() => window.container.fs.writeFile('f', 'é'));
    expect(await readBytes('f')).toEqual([0xc3, 0xa9]);
    expect(await page.evaluate(async () => [...(await window.container.fs.readFile('f', null))])).toEqual([0xc3, 0xa9]);
  });

  it.each([
    'ascii',
    'utf8',
    'utf-8',
    'utf16le',
    'ucs2',
    'ucs-2',
    'base64',
    'base64url',
    'latin1',
    'binary',
    'hex',
  ] as const)('FileSystemAPI.readFile with the BufferEncoding.%s, as Node decodes it', async (encoding) => {
    // Every byte, and an odd end for the encodings of two bytes.
    const bytes = [...Array.from({ length: 256 }, (_, at) => at), 0x41];
    // Unit by unit: half a surrogate pair does not survive the way from the browser.
    const units = await page.evaluate(
      async ({ bytes, encoding }) => {
        await window.container.fs.writeFile('f', Uint8Array.from(bytes));
        const text = await window.container.fs.readFile('f', encoding);
        return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
      },
      { bytes, encoding },
    );
    const text = Buffer.from(bytes).toString(encoding);
    expect(units).toEqual(Array.from({ length: text.length }, (_, at) => text.charCodeAt(at)));
  });

  it.each([
    'ascii',
    'utf8',
    'utf-8',
    'utf16le',
    'ucs2',
    'ucs-2',
    'base64',
    'base64url',
    'latin1',
    'binary',
    'hex',
  ] as const)('FileSystemAPI.writeFile with the BufferEncoding.%s, as Node encodes it', async (encoding) => {
    const text =
      encoding === 'hex' ? '00ff10zz22' : encoding.startsWith('base64') ? 'Z3L8biDigqw-_w' : 'grün € 😀 \u0000';
    for (const form of ['string', 'object'] as const) {
      const written = await page.evaluate(
        async ({ text, encoding, form }) => {
          await window.container.fs.writeFile('f', text, form === 'string' ? encoding : { encoding });
          return [...(await window.container.fs.readFile('f'))];
        },
        { text, encoding, form },
      );
      expect(written).toEqual([...Buffer.from(text, encoding)]);
    }
  });

  it('FileSystemAPI.writeFile of bytes: a part of a buffer is what is written, and the caller keeps it', async () => {
    const result = await page.evaluate(async () => {
      const whole = Uint8Array.of(1, 2, 3, 4, 5);
      await window.container.fs.writeFile('f', whole.subarray(1, 4));
      return { written: [...(await window.container.fs.readFile('f'))], kept: [...whole] };
    });
    expect(result).toEqual({ written: [2, 3, 4], kept: [1, 2, 3, 4, 5] });
  });

  it('FileSystemAPI.writeFile replaces, creates, and takes null for the options', async () => {
    await page.evaluate(async () => {
      await window.container.fs.writeFile('f', 'a long first text', null);
      await window.container.fs.writeFile('f', 'short', { encoding: null });
    });
    expect(await readText('f')).toBe('short');
  });

  it('FileSystemAPI.writeFile and readFile refuse as Node does', async () => {
    const errors = await page.evaluate(async () => {
      const { fs } = window.container;
      await fs.mkdir('d');
      await fs.writeFile('f', '');
      const refuse = async (action: () => unknown): Promise<unknown[]> => {
        const { code, syscall, path, errno } = await window.failure(action);
        return [code, syscall, path, errno];
      };
      return [
        await refuse(() => fs.readFile('none')),
        await refuse(() => fs.readFile('d')),
        await refuse(() => fs.writeFile('d', '')),
        await refuse(() => fs.writeFile('no/parent', '')),
        await refuse(() => fs.readFile('f/below')),
        await refuse(() => fs.readFile('f', 'klingon' as 'utf8')),
        await refuse(() => fs.writeFile('a\0b', '')),
        await refuse(() => fs.readFile(7 as unknown as string)),
      ];
    });
    expect(errors).toEqual([
      ['ENOENT', 'open', 'none', -2],
      ['EISDIR', 'read', undefined, -21],
      ['EISDIR', 'open', 'd', -21],
      ['ENOENT', 'open', 'no/parent', -2],
      ['ENOTDIR', 'open', 'f/below', -20],
      ['ERR_INVALID_ARG_VALUE', undefined, undefined, undefined],
      ['ERR_INVALID_ARG_VALUE', undefined, undefined, undefined],
      ['ERR_INVALID_ARG_VALUE', undefined, undefined, undefined],
    ]);
  });

  it('FileSystemAPI.readFile of many files at once, and of a large one', async () => {
    const result = await page.evaluate(async () => {
      const { fs } = window.container;
      await Promise.all(Array.from({ length: 200 }, (_, n) => fs.writeFile(`f${n}`, String(n))));
      const texts = await Promise.all(Array.from({ length: 200 }, (_, n) => fs.readFile(`f${n}`, 'utf-8')));
      const large = new Uint8Array(20_000_000);
      large.fill(7);
      await fs.writeFile('large', large);
      return { same: texts.every((text, n) => text === String(n)), large: (await fs.readFile('large')).length };
    });
    expect(result).toEqual({ same: true, large: 20_000_000 });
  });

  it('FileSystemAPI paths: relative to the working directory, which is also their root', async () => {
    const result = await page.evaluate(async () => {
      const { fs } = window.container;
      await fs.writeFile('/a', '1');
      await fs.writeFile('../../b', '2');
      return {
        names: await fs.readdir('/'),
        a: await fs.readFile('./a', 'utf8'),
        b: await fs.readFile(`${window.container.workdir}/b`, 'utf8'),
      };
    });
    expect(result).toEqual({ names: ['a', 'b'], a: '1', b: '2' });
  });
});

describe('fs.readdir', () => {
  beforeEach(() =>
    page.evaluate(() =>
      window.container.mount({
        'b.txt': { file: { contents: '' } },
        ä: { directory: {} },
        link: { file: { symlink: 'b.txt' } },
      }),
    ),
  );

  it('FileSystemAPI.readdir: names, sorted', async () => {
    expect(await page.evaluate(() => window.container.fs.readdir('.'))).toEqual(['b.txt', 'link', 'ä']);
    expect(await page.evaluate(() => window.container.fs.readdir('ä'))).toEqual([]);
  });

  it.each(['utf8', 'utf-8', null] as const)('FileSystemAPI.readdir with the encoding %s', async (encoding) => {
    expect(
      await page.evaluate((encoding) => window.container.fs.readdir('.', { encoding, withFileTypes: false }), encoding),
    ).toEqual(['b.txt', 'link', 'ä']);
    expect(await page.evaluate((encoding) => window.container.fs.readdir('.', encoding), encoding)).toEqual([
      'b.txt',
      'link',
      'ä',
    ]);
  });

  it('FileSystemAPI.readdir encodes names as asked: hex, base64, latin1', async () => {
    const names = await page.evaluate(() =>
      Promise.all((['hex', 'base64', 'latin1'] as const).map((encoding) => window.container.fs.readdir('.', encoding))),
    );
    expect(names).toEqual(
      (['hex', 'base64', 'latin1'] as const).map((encoding) =>
        ['b.txt', 'link', 'ä'].map((name) => Buffer.from(name).toString(encoding)),
      ),
    );
  });

  it('FileSystemAPI.readdir with "buffer": names as bytes', async () => {
    const names = await page.evaluate(async () => {
      const plain = await window.container.fs.readdir('.', 'buffer');
      const inObject = await window.container.fs.readdir('.', { encoding: 'buffer', withFileTypes: false });
      return [plain, inObject].map((list) => list.map((name) => [...name]));
    });
    const wanted = ['b.txt', 'link', 'ä'].map((name) => [...Buffer.from(name)]);
    expect(names).toEqual([wanted, wanted]);
  });

  it('FileSystemAPI.readdir withFileTypes: DirEnt.name, DirEnt.isFile, DirEnt.isDirectory', async () => {
    const entries = await page.evaluate(async () =>
      (await window.container.fs.readdir('.', { withFileTypes: true })).map((entry) => [
        entry.name,
        entry.isFile(),
        entry.isDirectory(),
      ]),
    );
    expect(entries).toEqual([
      ['b.txt', true, false],
      ['link', false, false],
      ['ä', false, true],
    ]);
  });

  it('FileSystemAPI.readdir withFileTypes and "buffer": DirEnt.name is bytes', async () => {
    const entries = await page.evaluate(async () =>
      (await window.container.fs.readdir('.', { encoding: 'buffer', withFileTypes: true })).map((entry) => [
        [...entry.name],
        entry.isDirectory(),
      ]),
    );
    expect(entries).toEqual([
      [[...Buffer.from('b.txt')], false],
      [[...Buffer.from('link')], false],
      [[...Buffer.from('ä')], true],
    ]);
  });

  it('FileSystemAPI.readdir refuses what is none', async () => {
    const errors = await page.evaluate(async () =>
      [
        await window.failure(() => window.container.fs.readdir('none')),
        await window.failure(() => window.container.fs.readdir('b.txt')),
      ].map(({ code, syscall }) => [code, syscall]),
    );
    expect(errors).toEqual([
      ['ENOENT', 'scandir'],
      ['ENOTDIR', 'scandir'],
    ]);
  });
});

describe('fs.mkdir, fs.rm and fs.rename', () => {
  it('FileSystemAPI.mkdir: one directory; what exists or has no parent is refused', async () => {
    const result = await page.evaluate(async () => {
      const { fs } = window.container;
      const made = await fs.mkdir('d');
      return {
        made,
        codes: [
          (await window.failure(() => fs.mkdir('d')))['code'],
          (await window.failure(() => fs.mkdir('a/b', { recursive: false })))['code'],
        ],
      };
    });
    expect(result).toEqual({ made: undefined, codes: ['EEXIST', 'ENOENT'] });
  });

  it('FileSystemAPI.mkdir recursive: gives the first directory that it made', async () => {
    const made = await page.evaluate(async () => {
      const { fs } = window.container;
      return [
        await fs.mkdir('a/b/c', { recursive: true }),
        await fs.mkdir('a/b/c', { recursive: true }),
        await fs.mkdir('a/b/d', { recursive: true }),
      ];
    });
    const workdir = await page.evaluate(() => window.container.workdir);
    expect(made).toEqual([`${workdir}/a`, undefined, `${workdir}/a/b/d`]);
  });

  it('FileSystemAPI.rm: a file; a directory and what is not there are refused', async () => {
    const result = await page.evaluate(async () => {
      const { fs } = window.container;
      await window.container.mount({ f: { file: { contents: '' } }, d: { directory: {} } });
      await fs.rm('f');
      return {
        names: await fs.readdir('.'),
        codes: [(await window.failure(() => fs.rm('d')))['code'], (await window.failure(() => fs.rm('f')))['code']],
      };
    });
    expect(result).toEqual({ names: ['d'], codes: ['ERR_FS_EISDIR', 'ENOENT'] });
  });

  it('FileSystemAPI.rm recursive: a tree, links removed and not followed', async () => {
    const names = await page.evaluate(async () => {
      await window.container.mount({
        keep: { directory: { f: { file: { contents: 'k' } } } },
        d: {
          directory: { e: { directory: { x: { file: { contents: '' } } } }, link: { file: { symlink: '../keep' } } },
        },
      });
      await window.container.fs.rm('d', { recursive: true });
      return [await window.container.fs.readdir('.'), await window.container.fs.readdir('keep')];
    });
    expect(names).toEqual([['keep'], ['f']]);
  });

  it('FileSystemAPI.rm force: what is not there is no error', async () => {
    expect(
      await page.evaluate(async () => [
        await window.container.fs.rm('none', { force: true }),
        await window.container.fs.rm('no/ne', { force: true, recursive: true }),
      ]),
    ).toEqual([undefined, undefined]);
  });

  it('FileSystemAPI.rename: files and directories, over a file too', async () => {
    const result = await page.evaluate(async () => {
      const { fs } = window.container;
      await window.container.mount({
        a: { file: { contents: 'a' } },
        b: { file: { contents: 'b' } },
        d: { directory: { x: { file: { contents: 'x' } } } },
      });
      await fs.rename('a', 'b');
      await fs.rename('d', 'moved');
      const { code, syscall, path, dest } = await window.failure(() => fs.rename('none', 'n'));
      return {
        names: await fs.readdir('.'),
        b: await fs.readFile('b', 'utf8'),
        x: await fs.readFile('moved/x', 'utf8'),
        error: [code, syscall, path, dest],
      };
    });
    expect(result).toEqual({ names: ['b', 'moved'], b: 'a', x: 'x', error: ['ENOENT', 'rename', 'none', 'n'] });
  });
});

describe('fs.watch', () => {
  /** Watches, does things, and gives the events up to the one that says `last`. */
  const watched = (
    path: string,
    options: unknown,
    steps: readonly (readonly ['write' | 'rm' | 'mkdir', string])[],
    last: string,
  ): Promise<string[]> =>
    page.evaluate(
      async ({ path, options, steps, last }) => {
        const { fs } = window.container;
        const events: string[] = [];
        const watcher = fs.watch(
          path,
          options as object,
          (event, name) => void events.push(`${event} ${typeof name === 'string' ? name : [...name].join()}`),
        );
        // A change of our own, until it is seen: then the watcher is there.
        const beside = path === '.' ? 'started' : undefined;
        for (
          let n = 0;
          beside !== undefined &&
          !events.some((event) => event.includes('started') || event.includes('115,116') || event.includes('73746172'));
          n++
        ) {
          await fs.writeFile(beside, String(n));
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        if (beside === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
        events.length = 0;
        for (const [step, target] of steps) {
          if (step === 'write') await fs.writeFile(target, String(Math.random()));
          else if (step === 'rm') await fs.rm(target, { recursive: true });
          else await fs.mkdir(target);
        }
        await window.until(() => events.includes(last));
        watcher.close();
        return events.filter((event) => !event.includes('started'));
      },
      { path, options, steps, last },
    );

  it('FileSystemAPI.watch of a directory: names that come and go, and contents; IFSWatcher.close ends it', async () => {
    await page.evaluate(() => window.container.fs.writeFile('old', ''));
    expect(await watched('.', undefined, [['write', 'old']], 'change old')).toContain('change old');
    expect(await watched('.', undefined, [['write', 'new']], 'rename new')).toContain('rename new');
    expect(await watched('.', undefined, [['rm', 'new']], 'rename new')).toContain('rename new');
    const after = await page.evaluate(async () => {
      const { fs } = window.container;
      const seen: string[] = [];
      const closed = fs.watch('.', (_, name) => void seen.push(String(name)));
      closed.close();
      closed.close();
      const open: string[] = [];
      const other = fs.watch('.', (_, name) => void open.push(String(name)));
      for (let n = 0; open.length === 0; n++) {
        await fs.writeFile('later', String(n));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      other.close();
      return seen;
    });
    expect(after).toEqual([]);
  });

  it('FileSystemAPI.watch of one file', async () => {
    await page.evaluate(() =>
      window.container.mount({ f: { file: { contents: '' } }, other: { file: { contents: '' } } }),
    );
    expect(
      new Set(
        await watched(
          'f',
          null,
          [
            ['write', 'other'],
            ['write', 'f'],
          ],
          'change f',
        ),
      ),
    ).toEqual(new Set(['change f']));
  });

  it('FSWatchOptions.recursive: true sees below, false and absent do not', async () => {
    await page.evaluate(() =>
      window.container.mount({ d: { directory: { e: { directory: { f: { file: { contents: '' } } } } } } }),
    );
    expect(await watched('.', { recursive: true }, [['write', 'd/e/f']], 'change d/e/f')).toContain('change d/e/f');
    for (const [at, options] of [{ recursive: false }, {}].entries()) {
      const events = await watched(
        '.',
        options,
        [
          ['write', 'd/e/f'],
          ['write', `top${at}`],
        ],
        `rename top${at}`,
      );
      expect(events.filter((event) => event.includes('d/e'))).toEqual([]);
    }
  });

  it('FSWatchOptions.persistent: taken either way, a watcher of the page keeps no process', async () => {
    for (const persistent of [true, false])
      expect(await watched('.', { persistent }, [['write', `p${persistent}`]], `rename p${persistent}`)).toContain(
        `rename p${persistent}`,
      );
  });

  it('FSWatchOptions.encoding: names as text, as "buffer" bytes, as hex; as a bare string too', async () => {
    expect(await watched('.', { encoding: 'utf8' }, [['write', 'ä']], 'rename ä')).toContain('rename ä');
    expect(await watched('.', 'utf8', [['write', 'ö']], 'rename ö')).toContain('rename ö');
    expect(await watched('.', { encoding: 'hex' }, [['write', 'ü']], 'rename c3bc')).toContain('rename c3bc');
    expect(await watched('.', 'buffer', [['write', 'é']], 'rename 195,169')).toContain('rename 195,169');
  });

  it('FileSystemAPI.watch without a listener, and of what is not there: neither throws', async () => {
    const complaint = api.page.waitForEvent('console', (message) => message.text().includes('ENOENT'));
    expect(
      await page.evaluate(() => {
        window.container.fs.watch('.').close();
        return typeof window.container.fs.watch('none').close;
      }),
    ).toBe('function');
    // The client has no other way to say it.
    await complaint;
  });

  it('FileSystemAPI.watch sees what programs do', async () => {
    const events = await page.evaluate(async () => {
      const seen: string[] = [];
      const watcher = window.container.fs.watch(
        '.',
        { recursive: true },
        (event, name) => void seen.push(`${event} ${String(name)}`),
      );
      await window.collect(await window.container.spawn('sh', ['-c', 'mkdir -p by/shell && echo 1 > by/shell/file']));
      await window.until(() => seen.includes('rename by/shell/file'));
      watcher.close();
      return seen;
    });
    expect(events).toContain('rename by');
  });
});

describe('export', () => {
  const tree = {
    'a.txt': { file: { contents: 'grün' } },
    bin: { file: { contents: [255, 0] } },
    d: { directory: { link: { file: { symlink: '../a.txt' } }, empty: { directory: {} } } },
  };
  beforeEach(() =>
    page.evaluate(() =>
      window.container.mount({
        'a.txt': { file: { contents: 'grün' } },
        bin: { file: { contents: Uint8Array.of(255, 0) } },
        d: { directory: { link: { file: { symlink: '../a.txt' } }, empty: { directory: {} } } },
      }),
    ),
  );

  const json = (path: string, options?: object): Promise<unknown> =>
    page.evaluate(
      async ({ path, options }) =>
        JSON.parse(
          JSON.stringify(await window.container.export(path, options as { format: 'json' }), (_, value: unknown) =>
            value instanceof Uint8Array ? [...value] : value,
          ),
        ) as unknown,
      { path, options },
    );
  const bytesOf = async (format: 'binary' | 'zip', options: object = {}): Promise<Uint8Array> =>
    Uint8Array.from(
      await page.evaluate(
        async ({ format, options }) => [...(await window.container.export('.', { format, ...options }))],
        { format, options },
      ),
    );

  it('WebContainer.export without options: a tree as mount takes it', async () => {
    expect(await json('.')).toEqual(tree);
    expect(await json('d')).toEqual(tree.d.directory);
  });

  it('ExportOptions.format json', async () => {
    expect(await json('.', { format: 'json' })).toEqual(tree);
  });

  it('ExportOptions.format binary: mounted again it gives the same', async () => {
    expect(
      await page.evaluate(async () => {
        const binary = await window.container.export('.', { format: 'binary' });
        await window.container.mount(binary, { mountPoint: 'again' });
        return [
          ...(await window.container.fs.readFile('again/bin')),
          await window.container.fs.readFile('again/d/link', 'utf8'),
          (await window.container.fs.readdir('again/d')).join(),
        ];
      }),
    ).toEqual([255, 0, 'grün', 'empty,link']);
  });

  it('ExportOptions.format zip: an archive that any tool reads', async () => {
    const files = unzipSync(await bytesOf('zip'));
    expect(Object.keys(files).sort()).toEqual(['a.txt', 'bin', 'd/', 'd/empty/', 'd/link']);
    expect(new TextDecoder().decode(files['a.txt'])).toBe('grün');
    expect([...(files['bin'] ?? [])]).toEqual([255, 0]);
  });

  it('ExportOptions.excludes: folders by name and by glob, in every format', async () => {
    await page.evaluate(() =>
      window.container.mount({
        node_modules: { directory: { p: { directory: { 'i.js': { file: { contents: '' } } } } } },
      }),
    );
    expect(await json('.', { excludes: ['node_modules', '**/*.txt'] })).toEqual({ bin: tree.bin, d: tree.d });
    expect(
      Object.keys(unzipSync(await bytesOf('zip', { excludes: ['node_modules/**', 'd'] })))
        .filter((name) => !name.startsWith('node_modules'))
        .sort(),
    ).toEqual(['a.txt', 'bin']);
  });

  it('ExportOptions.includes: files wanted from within excluded folders', async () => {
    await page.evaluate(() =>
      window.container.mount({
        node_modules: {
          directory: { p: { directory: { 'i.js': { file: { contents: '' } }, keep: { file: { contents: 'k' } } } } },
        },
      }),
    );
    expect(await json('.', { excludes: ['**/node_modules', 'a.txt', 'bin', 'd'], includes: ['**/keep'] })).toEqual({
      node_modules: { directory: { p: { directory: { keep: { file: { contents: 'k' } } } } } },
    });
  });

  it('WebContainer.export refuses a file and what is not there', async () => {
    expect(
      await page.evaluate(async () => [
        (await window.failure(() => window.container.export('a.txt')))['code'],
        (await window.failure(() => window.container.export('none')))['code'],
        (await window.failure(() => window.container.export('.', { format: 'tar' as 'zip' })))['code'],
      ]),
    ).toEqual(['ENOTDIR', 'ENOENT', 'ERR_INVALID_ARG_VALUE']);
  });
});
