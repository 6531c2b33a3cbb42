/** The client's objects, spoken to by the client's own Comlink over real ports, on the real file system. */
import { startVolume, type TestVolume } from '@slipway/vfs/testing';
import { AsyncVfsClient } from '@slipway/vfs';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PreviewMessage, PreviewScript } from '@slipway/wire';
import { ComlinkSession } from './comlink-endpoint.ts';
import { ContainerInstance, type PreviewControl } from './container-instance.ts';
import { createFailedRoot, createRoot } from './root-object.ts';
import { FakeHost, type FakeProgram } from './testing/fake-host.ts';
import { loadClientComlink, type ClientComlink, type Remote } from './testing/comlink-client.ts';

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const WORKDIR = '/home/project';

let Comlink: ClientComlink;
let volume: TestVolume;
let host: FakeHost;
let session: ComlinkSession;
let root: Remote;
let instance: Remote;
let fs: Remote;
let sendPreviewMessage: (message: PreviewMessage) => void;
let script: PreviewScript | undefined;

const programs: Record<string, FakeProgram> = {
  split: async ({ print }) => {
    const bytes = utf8('a€😀é!');
    for (const byte of bytes) await print(Uint8Array.of(byte));
    return 0;
  },
  broken: async ({ print }) => {
    await print(Uint8Array.of(0x61, 0xe2, 0x82));
    return 0;
  },
  echo: async ({ print, input }) => {
    for (let piece = await input(); piece !== null; piece = await input()) {
      await print(piece.slice());
      if (text(piece).includes('quit')) return 7;
    }
    return 0;
  },
  flood: async ({ print }) => {
    for (let n = 0; n < 300; n++) await print(new Uint8Array(10_000).fill(0x78));
    return 0;
  },
  forever: () => new Promise(() => undefined),
  stubborn: () => new Promise(() => undefined),
  background: async ({ print, hold }) => {
    await print(utf8('first'));
    hold(
      new Promise((resolve) => {
        setTimeout(() => {
          void print(utf8('later'));
          resolve(undefined);
        }, 600);
      }),
    );
    return 3;
  },
  env: async ({ print, request }) => {
    await print(utf8(JSON.stringify({ env: request.env, cwd: request.cwd, args: request.args, stdio: request.stdio })));
    return 0;
  },
};

const previews: PreviewControl = {
  url: (port) => `http://${port}--id.test`,
  setScript: (next) => (script = next),
  subscribe: (listener) => {
    sendPreviewMessage = listener;
    return () => undefined;
  },
};

function connect(object: Parameters<ComlinkSession['serve']>[0]): Remote {
  const channel = new MessageChannel();
  session = new ComlinkSession();
  session.serve(object, channel.port1);
  return Comlink.wrap(channel.port2);
}

/** Runs a program and gathers its output the way the client does. */
async function run(
  command: string,
  options: object = {},
  listener?: (data: unknown) => unknown,
): Promise<{ process: Remote; chunks: Uint8Array[]; ended: Promise<void> }> {
  const chunks: Uint8Array[] = [];
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const output = Comlink.proxy((data: Uint8Array | null) => {
    if (listener !== undefined) return listener(data);
    if (data === null) end();
    else chunks.push(data);
    return undefined;
  });
  const process = await instance.run(
    { command, args: [], cwd: undefined, env: undefined, terminal: undefined, ...options },
    undefined,
    undefined,
    output,
  );
  return { process, chunks, ended };
}

async function rejection(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('it did not reject');
}

beforeAll(async () => {
  Comlink = await loadClientComlink();
  volume = startVolume();
});
afterAll(() => volume.stop());

beforeEach(async () => {
  const vfs = new AsyncVfsClient(volume.memory);
  await vfs.removeTree('/home');
  await vfs.mkdirAll(WORKDIR, 0o755);
  root = connect(
    createRoot(async () => {
      host = new FakeHost(vfs, WORKDIR, programs);
      return new ContainerInstance(host, previews);
    }),
  );
  instance = await root.build({
    host: 'app.test',
    version: '1.6.4',
    workdirName: undefined,
    forwardPreviewErrors: undefined,
  });
  fs = await instance.fs();
});

describe('boot', () => {
  it('the three objects of the boot are there', async () => {
    const [, , info] = await Promise.all([instance.fs(), instance.previewScript(), instance.runtimeInfo()]);
    expect(info).toEqual({ path: '/usr/local/bin:/usr/bin:/bin', cwd: WORKDIR });
  });

  it('a boot that cannot succeed rejects with its reason', async () => {
    const failed = connect(createFailedRoot('Cannot boot: this page is not isolated'));
    expect((await rejection(failed.build({ host: 'a' }))).message).toBe('Cannot boot: this page is not isolated');
  });

  it('a failed boot can be tried again', async () => {
    let tries = 0;
    const vfs = new AsyncVfsClient(volume.memory);
    const flaky = connect(
      createRoot(async () => {
        if (tries++ === 0) throw new Error('no assets');
        return new ContainerInstance(new FakeHost(vfs, WORKDIR, programs), previews);
      }),
    );
    expect((await rejection(flaky.build({ host: 'a' }))).message).toBe('no assets');
    expect((await (await flaky.build({ host: 'a' })).runtimeInfo()).cwd).toBe(WORKDIR);
  });

  it('a member that does not exist is refused by name, prototypes included', async () => {
    for (const call of [
      instance.constructor(),
      instance.__proto__(),
      instance.fs.call(),
      instance.nothing({}),
      instance.toString(),
    ]) {
      expect((await rejection(call)).message).toMatch(/^Cannot call container\..*: this container does not have it$/);
    }
  });

  it('an argument that cannot be read is answered, not ignored', async () => {
    const channel = new MessageChannel();
    new ComlinkSession().serve({ name: 'x', methods: { f: () => 1 } }, channel.port1);
    const answer = new Promise((resolve) =>
      channel.port2.addEventListener('message', (event) => resolve((event as MessageEvent).data)),
    );
    channel.port2.start();
    channel.port2.postMessage({
      id: 'q',
      type: 2,
      path: ['f'],
      argumentList: [{ type: 3, name: 'unknown', value: 1 }],
    });
    expect(await answer).toMatchObject({ id: 'q', type: 3, name: 'throw', value: { isError: true } });
    channel.port2.close();
  });
});

describe('fs', () => {
  it('errors carry code, errno, syscall and path, and no frames of ours', async () => {
    const error = await rejection(fs.readFile('nope/x', 'utf8'));
    expect(error).toBeInstanceOf(Error);
    expect({ ...error, message: error.message }).toMatchObject({
      code: 'ENOENT',
      errno: -2,
      syscall: 'open',
      path: 'nope/x',
      message: "ENOENT: no such file or directory, open 'nope/x'",
    });
    expect(error.stack).not.toContain('.ts');
    expect(await rejection(fs.rename('a', 'b'))).toMatchObject({
      code: 'ENOENT',
      syscall: 'rename',
      path: 'a',
      dest: 'b',
    });
  });

  it('a file comes back as written, as bytes and in every encoding', async () => {
    await fs.writeFile('a.txt', 'grün €');
    expect(text(await fs.readFile('a.txt'))).toBe('grün €');
    expect(await fs.readFile('/a.txt', 'utf-8')).toBe('grün €');
    expect(await fs.readFile('a.txt', 'hex')).toBe(Buffer.from('grün €').toString('hex'));
    expect(await fs.readFile('a.txt', { encoding: 'base64' })).toBe(Buffer.from('grün €').toString('base64'));
    await fs.writeFile('b', '00ff10', 'hex');
    expect([...(await fs.readFile('b'))]).toEqual([0, 255, 16]);
    await fs.writeFile('b', Uint8Array.of(1, 2, 3));
    expect([...(await fs.readFile('b'))]).toEqual([1, 2, 3]);
  });

  it('paths stay inside the working directory, and its own absolute paths work', async () => {
    await fs.writeFile('../../../../x', '1');
    expect(await fs.readFile('x', 'utf8')).toBe('1');
    expect(await fs.readFile(`${WORKDIR}/x`, 'utf8')).toBe('1');
    expect(await fs.readdir('/')).toEqual(['x']);
  });

  it('directories: names, bytes, types, sorted', async () => {
    expect(await fs.readdir('.')).toEqual([]);
    expect(await fs.mkdir('d/e', { recursive: true })).toBe(`${WORKDIR}/d`);
    expect(await fs.mkdir('d/e', { recursive: true })).toBeUndefined();
    await fs.writeFile('c', '');
    await host.fs.symlink('c', `${WORKDIR}/l`);
    expect(await fs.readdir('.')).toEqual(['c', 'd', 'l']);
    expect((await fs.readdir('.', 'buffer')).map(text)).toEqual(['c', 'd', 'l']);
    expect(await fs.readdir('.', { withFileTypes: true })).toEqual([
      { name: 'c', 'Symbol(type)': 1 },
      { name: 'd', 'Symbol(type)': 2 },
      { name: 'l', 'Symbol(type)': 3 },
    ]);
    expect(await rejection(fs.mkdir('d'))).toMatchObject({ code: 'EEXIST', syscall: 'mkdir' });
    expect(await rejection(fs.readdir('c'))).toMatchObject({ code: 'ENOTDIR', syscall: 'scandir' });
    expect((await rejection(fs.readFile('d'))).message).toBe('EISDIR: illegal operation on a directory, read');
  });

  it('rm: files, trees, and what it refuses', async () => {
    await fs.mkdir('d');
    await fs.writeFile('d/f', '');
    expect((await rejection(fs.rm('d')))['code']).toBe('ERR_FS_EISDIR');
    expect((await rejection(fs.rm('none')))['code']).toBe('ENOENT');
    await fs.rm('none', { force: true });
    await fs.rm('d', { recursive: true });
    expect(await fs.readdir('.')).toEqual([]);
    expect((await rejection(fs.rm('.', { recursive: true })))['code']).toBe('EBUSY');
  });

  it('the empty path names nothing: not the root either', async () => {
    await fs.writeFile('kept', 'k');
    const listener = Comlink.proxy(() => undefined);
    const calls: [syscall: string, act: () => Promise<unknown>][] = [
      ['open', () => fs.readFile('')],
      ['open', () => fs.readFile('', 'utf8')],
      ['open', () => fs.writeFile('', 'x')],
      ['open', () => fs.writeFile('', utf8('x'))],
      ['scandir', () => fs.readdir('')],
      ['scandir', () => fs.readdir('', { withFileTypes: true })],
      ['mkdir', () => fs.mkdir('')],
      ['mkdir', () => fs.mkdir('', { recursive: true })],
      ['lstat', () => fs.rm('')],
      ['lstat', () => fs.rm('', { recursive: true })],
      ['rename', () => fs.rename('', 'x')],
      ['rename', () => fs.rename('kept', '')],
      ['watch', () => fs.watch('', {}, listener)],
    ];
    for (const [syscall, act] of calls) expect(await rejection(act())).toMatchObject({ code: 'ENOENT', syscall });
    await fs.rm('', { recursive: true, force: true });
    expect(await fs.readdir('/')).toEqual(['kept']);
    expect(await fs.readFile('kept', 'utf8')).toBe('k');
  });

  it('watch reports names and content, recursively when asked, until it is closed', async () => {
    await fs.mkdir('src');
    const events: string[] = [];
    const until = async (wanted: string): Promise<void> => {
      while (!events.includes(wanted)) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const watcher = await fs.watch(
      '.',
      { recursive: true },
      Comlink.proxy((event: string, name: string) => void events.push(`${event} ${name}`)),
    );
    await fs.writeFile('src/a', '1');
    await until('rename src/a');
    await fs.writeFile('src/a', '2');
    await until('change src/a');
    await fs.mkdir('new/deep', { recursive: true });
    await fs.writeFile('new/deep/b', '');
    await until('rename new/deep/b');
    await fs.rm('src', { recursive: true });
    await until('rename src');
    await watcher.close();
    const before = events.length;
    await fs.writeFile('after', '');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(events.length).toBe(before);
    expect(await rejection(fs.watch('none', null, undefined))).toMatchObject({ code: 'ENOENT', syscall: 'watch' });
  });
});

describe('mount and export', () => {
  const tree = {
    d: {
      'a.txt': { f: { c: 'hi' } },
      sub: { d: { empty: { d: {} }, bin: { f: { c: '\u00ff\u0000', b: true } }, link: { f: { l: '../a.txt' } } } },
    },
  };

  it('a tree is mounted, at a mount point too, and comes out again', async () => {
    await instance.loadFiles(utf8(JSON.stringify(tree)), { mountPoints: 'at/this' });
    expect(await fs.readFile('at/this/sub/link', 'utf8')).toBe('hi');
    expect(JSON.parse(text(await instance.serialize('at/this', { format: 'json', external: true })))).toEqual(tree);
    const binary = await instance.serialize('at/this', { format: 'binary', external: true });
    await instance.loadFiles(binary, { mountPoints: undefined });
    expect([...(await fs.readFile('sub/bin'))]).toEqual([255, 0]);
    const files = unzipSync(await instance.serialize('.', { format: 'zip', external: true }));
    expect(Object.keys(files).sort()).toContain('at/this/sub/empty/');
    expect(text(files['a.txt'] ?? new Uint8Array())).toBe('hi');
  });

  it('a payload with something wrong in it changes nothing', async () => {
    const bad = { d: { good: { f: { c: '1' } }, dir: { d: { '..': { f: { c: 'escaped' } } } } } };
    expect((await rejection(instance.loadFiles(utf8(JSON.stringify(bad)), {}))).message).toContain(
      'is not a file name',
    );
    expect(await fs.readdir('.')).toEqual([]);
  });

  it('globs: excluded folders are left out, included files in them kept', async () => {
    await instance.loadFiles(
      utf8(
        JSON.stringify({
          d: {
            'a.js': { f: { c: '' } },
            node_modules: { d: { p: { d: { 'i.js': { f: { c: '' } }, keep: { f: { c: 'k' } } } } } },
            '.git': { d: { x: { f: { c: '' } } } },
          },
        }),
      ),
      {},
    );
    const json = JSON.parse(
      text(
        await instance.serialize('.', {
          format: 'json',
          excludes: ['**/node_modules', '.git'],
          includes: ['**/keep'],
          external: true,
        }),
      ),
    );
    expect(json).toEqual({
      d: { 'a.js': { f: { c: '' } }, node_modules: { d: { p: { d: { keep: { f: { c: 'k' } } } } } } },
    });
    expect(await rejection(instance.serialize('a.js', { format: 'json' }))).toMatchObject({ code: 'ENOTDIR' });
    expect(await rejection(instance.serialize('none', { format: 'json' }))).toMatchObject({ code: 'ENOENT' });
  });
});

describe('processes', () => {
  it('characters are never split, whatever pieces the program writes', async () => {
    const { process, chunks, ended } = await run('split');
    expect(await process.onExit).toBe(0);
    await ended;
    expect(chunks.map(text).join('')).toBe('a€😀é!');
    for (const chunk of chunks) expect(text(chunk)).not.toContain('\ufffd');
  });

  it('half a character at the end is passed on', async () => {
    const { process, chunks, ended } = await run('broken');
    await process.onExit;
    await ended;
    expect(chunks.flatMap((chunk) => [...chunk])).toEqual([0x61, 0xe2, 0x82]);
  });

  it('the output has ended before the exit is known', async () => {
    const order: string[] = [];
    const { process } = await run('split', {}, (data) => void order.push(data === null ? 'end' : 'data'));
    await process.onExit.then(() => order.push('exit'));
    expect(order.slice(-2)).toEqual(['end', 'exit']);
  });

  it('input reaches the program, its answer comes back, and its code', async () => {
    const { process, chunks } = await run('echo');
    await process.write('grün\n');
    await process.write('quit');
    expect(await process.onExit).toBe(7);
    expect(chunks.map(text).join('')).toBe('grün\nquit');
  });

  it('a listener that rejects (cancelled stream) does not hold up the exit', async () => {
    const { process } = await run('flood', {}, () => {
      throw new Error('the stream is closed');
    });
    expect(await process.onExit).toBe(0);
  });

  it('a slow page slows the program instead of filling memory', async () => {
    let received = 0;
    const { process } = await run('flood', {}, async (data) => {
      if (data instanceof Uint8Array) received += data.length;
      await new Promise((resolve) => setTimeout(resolve, 1));
    });
    expect(await process.onExit).toBe(0);
    expect(received).toBe(3_000_000);
  });

  it('without an output callback everything else works', async () => {
    const process = await instance.run({ command: 'split', args: [] }, undefined, undefined, undefined);
    expect(await process.onExit).toBe(0);
  });

  it('kill ends a process, with patience for the polite signal first', async () => {
    const { process } = await run('forever');
    await process.kill();
    expect(await process.onExit).toBe(143);
    const stubborn = await run('stubborn');
    await stubborn.process.kill();
    expect(await stubborn.process.onExit).toBe(137);
    expect(host.signals).toEqual(['SIGTERM', 'SIGTERM', 'SIGKILL']);
  });

  it('kill and resize never fail, not even with nonsense', async () => {
    const { process } = await run('forever');
    await process.resize({ cols: -1, rows: 'x' });
    await process.resize();
    await process.resize({ cols: 100, rows: 40 });
    await process.kill();
    await process.onExit;
    await process.kill();
  });

  it('a background job does not hold up the exit, and its output still comes', async () => {
    const { process, chunks, ended } = await run('background');
    expect(await process.onExit).toBe(3);
    expect(chunks.map(text)).toEqual(['first']);
    await ended;
    expect(chunks.map(text)).toEqual(['first', 'later']);
  });

  it('an unknown command rejects with ENOENT', async () => {
    expect(await rejection(run('missing'))).toMatchObject({
      code: 'ENOENT',
      errno: -2,
      syscall: 'spawn',
      path: 'missing',
    });
  });

  it('environment, directory, terminal arrive as asked', async () => {
    const { process, chunks, ended } = await run('env', {
      cwd: 'sub',
      args: ['x'],
      env: { N: 1, T: true },
      terminal: { cols: 90, rows: 30 },
    });
    await process.onExit;
    await ended;
    expect(JSON.parse(chunks.map(text).join(''))).toEqual({
      env: { N: '1', T: 'true' },
      cwd: `${WORKDIR}/sub`,
      args: ['x'],
      stdio: { kind: 'terminal', columns: 90, rows: 30, crlf: true },
    });
  });
});

describe('events', () => {
  it('listeners get their events and nothing else; unsubscribe is always a function', async () => {
    const got: unknown[] = [];
    const listen = (event: string): Promise<Remote> =>
      instance.on(
        event,
        Comlink.proxy((...args: unknown[]) => void got.push([event, ...args])),
      );
    const stop = await listen('port');
    await Promise.all(['server-ready', 'error', 'xdg-open', 'code', 'something-new', 'preview-message'].map(listen));
    host.emit({ type: 'port', port: 3000, action: 'open' });
    host.emit({ type: 'error', message: 'm' });
    host.emit({ type: 'xdg-open', args: ['http://x'] });
    host.emit({ type: 'code', args: ['open', { files: [{ filepath: 'a' }] }] });
    sendPreviewMessage({
      type: 'PREVIEW_CONSOLE_ERROR',
      args: [1],
      stack: '',
      previewId: 'p',
      port: 1,
      pathname: '',
      search: '',
      hash: '',
    });
    while (got.length < 6) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(got).toEqual(
      expect.arrayContaining([
        ['port', 3000, 'open', 'http://3000--id.test'],
        ['server-ready', 3000, 'http://3000--id.test'],
        ['error', { message: 'm' }],
        ['xdg-open', 'http://x'],
        ['code', 'open', { files: [{ filepath: 'a' }] }],
        ['preview-message', expect.objectContaining({ args: [1] })],
      ]),
    );
    await stop();
    await stop();
    host.emit({ type: 'port', port: 3000, action: 'close' });
    await instance.runtimeInfo();
    expect(got.filter((entry) => (entry as unknown[])[2] === 'close')).toEqual([]);
  });

  it('a port that was only tried is not announced as ready', async () => {
    const ready: unknown[] = [];
    await instance.on(
      'server-ready',
      Comlink.proxy((...args: unknown[]) => void ready.push(args)),
    );
    host.emit({ type: 'port', port: 5173, action: 'open' });
    host.emit({ type: 'port', port: 5173, action: 'close' });
    host.emit({ type: 'port', port: 5174, action: 'open' });
    while (ready.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(ready).toEqual([[5174, 'http://5174--id.test']]);
  });

  it('a preview script is set and taken away', async () => {
    await instance.setPreviewScript('console.log(1)', { type: 'module', defer: true });
    expect(script).toEqual({ src: 'console.log(1)', type: 'module', defer: true });
    await instance.setPreviewScript('');
    expect(script).toBeUndefined();
  });
});

describe('members of the client 1.6.1-internal.1', () => {
  it('watchPaths: lists of events with content, exclusions kept out', async () => {
    const events: { type: string; path: string; buffer?: Uint8Array }[] = [];
    const stop = await instance.watchPaths(
      { include: [`${WORKDIR}/**`], exclude: ['**/node_modules', '.git'], includeContent: true },
      Comlink.proxy((list: typeof events) => void events.push(...list)),
    );
    await fs.mkdir('src/node_modules/p', { recursive: true });
    await fs.writeFile('src/node_modules/p/x', '');
    await fs.mkdir('.git');
    await fs.writeFile('.git/HEAD', '');
    await fs.writeFile('src/a.ts', 'one');
    while (!events.some(({ path }) => path.endsWith('a.ts'))) await new Promise((resolve) => setTimeout(resolve, 5));
    await fs.writeFile('src/a.ts', 'two');
    while (!events.some(({ buffer }) => buffer !== undefined && text(buffer) === 'two'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    await fs.rm('src', { recursive: true });
    while (!events.some(({ type }) => type === 'remove_dir')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(
      events.map(({ type, path }) => `${type} ${path}`).filter((event, at, all) => all.indexOf(event) === at),
    ).toEqual([
      `add_dir ${WORKDIR}/src`,
      `add_file ${WORKDIR}/src/a.ts`,
      `change ${WORKDIR}/src/a.ts`,
      `remove_file ${WORKDIR}/src/a.ts`,
      `remove_dir ${WORKDIR}/src`,
    ]);
    await stop();
  });

  it('textSearch: matches by file, with progress, gitignore and a limit', async () => {
    const seen: string[] = [];
    await instance.loadFiles(
      utf8(
        JSON.stringify({
          d: {
            '.gitignore': { f: { c: 'dist/\n*.log\n!keep.log\n' } },
            'a.txt': { f: { c: 'one\ntwo ONE\n' } },
            'x.log': { f: { c: 'one' } },
            'keep.log': { f: { c: 'one' } },
            dist: { d: { b: { f: { c: 'one' } } } },
            bin: { f: { c: '\u0000one', b: true } },
          },
        }),
      ),
      {},
    );
    const options = {
      folders: ['.'],
      includes: [],
      excludes: [],
      gitignore: true,
      isRegex: false,
      caseSensitive: false,
      isWordMatch: true,
      resultLimit: 100,
    };
    const found: Map<string, { ranges: object[]; preview: { text: string } }[]> = await instance.textSearch(
      'one',
      options,
      Comlink.proxy((path: string) => void seen.push(path)),
    );
    expect([...found.keys()]).toEqual([`${WORKDIR}/a.txt`, `${WORKDIR}/keep.log`]);
    expect(seen).toEqual([...found.keys()]);
    expect(found.get(`${WORKDIR}/a.txt`)?.[1]).toMatchObject({
      preview: { text: 'two ONE' },
      ranges: [{ startLineNumber: 1, startColumn: 4, endColumn: 7 }],
    });
    const limited: Map<string, unknown> = await instance.textSearch('one', { ...options, resultLimit: 1 }, undefined);
    expect(limited.size).toBe(1);
    expect((await rejection(instance.textSearch('(', { ...options, isRegex: true }, undefined))).message).toContain(
      'Cannot search',
    );
    expect(await instance.fileSearch('*.txt', '.', {})).toEqual([`${WORKDIR}/a.txt`]);
  });
});

describe('teardown', () => {
  it('pending exits settle, then teardown does; afterwards everything is refused', async () => {
    const { process } = await run('forever');
    const exit = process.onExit;
    await instance.on(
      'port',
      Comlink.proxy(() => undefined),
    );
    await instance.teardown();
    expect(await exit).toBe(137);
    expect((await rejection(instance.fs())).message).toBe('Cannot use this container: it was torn down');
    await instance.teardown();
    instance[Comlink.releaseProxy]();
    const next = await root.build({ host: 'app.test' });
    expect((await next.runtimeInfo()).cwd).toBe(WORKDIR);
  });

  it('released objects leave no ports behind', async () => {
    const before = session.size;
    for (let n = 0; n < 20; n++) {
      const { process } = await run('split');
      await process.onExit;
      process[Comlink.releaseProxy]();
      const watcher = await fs.watch(
        '.',
        null,
        Comlink.proxy(() => undefined),
      );
      await watcher.close();
      watcher[Comlink.releaseProxy]();
      (
        await instance.on(
          'port',
          Comlink.proxy(() => undefined),
        )
      )();
    }
    while (session.size > before + 20) await new Promise((resolve) => setTimeout(resolve, 5));
    // One unsubscribe function for each `on`: the client never lets go of those.
    expect(session.size).toBeLessThanOrEqual(before + 20);
  });
});
