import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import type { SandboxFile } from '@slipway/sandboxes';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDependencySets } from './dependency-sets.ts';
import { packSet, SET_LIMITS, unpackSet } from './set-archive.ts';

const FILES: SandboxFile[] = [
  { kind: 'file', path: 'node_modules/a/bin.js', mode: 0o755, bytes: Buffer.from('#!/usr/bin/env node\n') },
  {
    kind: 'file',
    path: 'node_modules/a/all.bin',
    mode: 0o600,
    bytes: Buffer.from(Array.from({ length: 256 }, (_, at) => at)),
  },
  { kind: 'file', path: 'node_modules/a/empty', mode: 0o644, bytes: Buffer.alloc(0) },
  { kind: 'link', path: 'node_modules/.bin/a', target: '../a/bin.js' },
];
const log = pino({ level: 'silent' });

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'slipway-sets-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const bodies = () => readdirSync(join(folder, 'bodies')).filter((name) => name.endsWith('.body'));

describe('dependency sets on the disk of a worker', () => {
  it('P-32 a set comes back byte by byte, also in another worker, and to its owner alone', async () => {
    const own = createDependencySets({ folder, limitBytes: 1e6, log }).of('one');
    expect(await own.find('key')).toBeUndefined();
    await own.keep('key', FILES);
    const others = createDependencySets({ folder, limitBytes: 1e6, log });
    expect(await others.of('one').find('key')).toEqual(FILES);
    expect(await others.of('one').find('other')).toBeUndefined();
    // The same lockfile of another owner: nothing of what the first one's install left.
    for (const id of ['two', '', 'one","key', '["one"']) expect(await others.of(id).find('key')).toBeUndefined();
    await others.of('two').keep('key', FILES.slice(0, 1));
    expect(await own.find('key')).toEqual(FILES);
  });

  it('P-32 one altered byte on disk is noticed, and the set is none', async () => {
    const own = createDependencySets({ folder, limitBytes: 1e6, log }).of('one');
    await own.keep('key', FILES);
    const [body = ''] = bodies();
    const bytes = readFileSync(join(folder, 'bodies', body));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(join(folder, 'bodies', body), bytes);
    expect(await own.find('key')).toBeUndefined();
    await own.keep('key', FILES);
    expect(await own.find('key')).toEqual(FILES);
  });

  it('P-32 a set that would fill the disk that they may take is not kept', async () => {
    const own = createDependencySets({ folder, limitBytes: 100, log }).of('one');
    await own.keep('key', FILES);
    expect(await own.find('key')).toBeUndefined();
  });
});

describe('the archive of a set', () => {
  const archiveOf = async (list: unknown, bytes = '', length?: number) => {
    const text = Buffer.from(JSON.stringify(list));
    const head = Buffer.alloc(4);
    head.writeUInt32BE(length ?? text.length);
    return await promisify(zstdCompress)(Buffer.concat([head, text, Buffer.from(bytes)]));
  };
  const entry = { kind: 'file', path: 'node_modules/a', mode: 0o644, size: 3 };

  it('P-32 holds no folders, and what it is given otherwise', async () => {
    const folders: SandboxFile[] = [{ kind: 'dir', path: 'node_modules/a', mode: 0o755 }];
    expect(await unpackSet(await packSet([...folders, ...FILES]))).toEqual(FILES);
    expect(await unpackSet(await archiveOf([entry], 'abc'))).toHaveLength(1);
  });

  it.each<[string, () => Promise<Buffer>, RegExp]>([
    ['leads out', () => archiveOf([{ ...entry, path: 'node_modules/../../etc/passwd' }], 'abc'), /Cannot use a set/],
    ['is a file of the project', () => archiveOf([{ ...entry, path: 'src/index.js' }], 'abc'), /not in node_modules/],
    ['is cut off', () => archiveOf([entry], 'ab'), /is cut off/],
    ['is longer', () => archiveOf([entry], 'abcd'), /more than its list says/],
    ['has a mode that is none', () => archiveOf([{ ...entry, mode: 0o10777 }], 'abc'), /mode/],
    ['has too many files', () => archiveOf(Array(SET_LIMITS.files + 1).fill({ ...entry, size: 0 })), /50000|Too big/],
    ['has another list', () => archiveOf({}), /expected array/],
    ['is no archive', async () => Buffer.from('nothing'), /./],
  ])('P-32 one that %s is refused', async (_, make, reason) => {
    await expect(unpackSet(await make())).rejects.toThrow(reason);
  });
});
