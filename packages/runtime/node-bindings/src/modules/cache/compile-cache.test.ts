import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CompileCache } from './compile-cache.ts';

function openCache(files: Map<string, Uint8Array>): { cache: CompileCache; lines: string[] } {
  const lines: string[] = [];
  const cache = new CompileCache('/cache', {
    exists: (path) => files.has(path),
    readFile: (path) => files.get(path) ?? -2,
    writeFile: (path, bytes) => (files.set(path, bytes), 0),
    rename(from, to) {
      files.set(to, files.get(from)!);
      files.delete(from);
      return 0;
    },
    crc32: (bytes) => crc32(bytes),
    encode: (text) => new TextEncoder().encode(text),
    decode: (bytes) => new TextDecoder().decode(bytes),
    errorText: () => 'no such file or directory',
    relative: () => undefined,
    debug: (text) => void lines.push(text),
  });
  return { cache, lines };
}

function remember(files: Map<string, Uint8Array>, source: string, value: string): void {
  const { cache } = openCache(files);
  cache.compiled(cache.entry(source, '/a.js', 'CommonJS'), false, () => value);
  cache.persist();
}

describe('the compile cache on disk', () => {
  it('gives a later process what an earlier one kept, under one file a text', () => {
    const files = new Map<string, Uint8Array>();
    remember(files, 'one', 'plan');
    expect([...files.keys()]).toEqual([expect.stringMatching(/^\/cache\/[0-9a-f]{8}$/)]);
    const { cache, lines } = openCache(files);
    expect(cache.entry('one', '/a.js', 'CommonJS').value).toBe('plan');
    expect(cache.entry('one', '/a.js', 'ESM').value).toBeUndefined();
    expect(lines[0]).toMatch(/success, size=4\n$/);
  });

  it('takes nothing from a file that is stale, cut off or changed', () => {
    for (const spoil of [
      (files: Map<string, Uint8Array>) => remember(files, 'two', 'plan'),
      (files: Map<string, Uint8Array>) => files.forEach((bytes, path) => files.set(path, bytes.subarray(0, -1))),
      (files: Map<string, Uint8Array>) => files.forEach((bytes) => bytes.fill(7, 20)),
      (files: Map<string, Uint8Array>) => files.forEach((bytes, path) => files.set(path, bytes.subarray(0, 9))),
    ]) {
      const files = new Map<string, Uint8Array>();
      remember(files, 'one', 'plan');
      spoil(files);
      expect(openCache(files).cache.entry('one', '/a.js', 'CommonJS').value).toBeUndefined();
    }
  });

  it('does not write what did not change or did not compile', () => {
    const files = new Map<string, Uint8Array>();
    remember(files, 'one', 'plan');
    const { cache, lines } = openCache(files);
    cache.compiled(cache.entry('one', '/a.js', 'CommonJS'), false, () => 'never');
    cache.entry('broken', '/b.js', 'CommonJS');
    cache.persist();
    expect(
      lines.filter((line) => line.includes('skip persisting')).map((line) => line.replace(/.* because /, '')),
    ).toEqual(['cache was the same\n', 'the cache was not initialized\n']);
    expect(files.size).toBe(1);
  });

  it('writes a text without work once, and does not look it up', () => {
    const files = new Map<string, Uint8Array>();
    for (const round of [1, 2]) {
      const { cache, lines } = openCache(files);
      cache.leaveUntouched('plain', '/a.js', 'nothing');
      cache.persist();
      expect(files.size).toBe(1);
      expect(lines.some((line) => line.includes('writing cache'))).toBe(round === 1);
    }
    expect(openCache(files).cache.entry('plain', '/a.js', 'CommonJS').value).toBe('nothing');
  });
});
