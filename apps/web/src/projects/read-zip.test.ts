import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { chooseFiles, IMPORT_LIMITS, type ImportedFile } from './project-files.ts';
import { readZip } from './read-zip.ts';

interface Packed {
  path: string;
  text: string;
  mode?: number;
  /** What the archive says, where that is a lie. */
  size?: number;
  flags?: number;
}

/** An archive, written by the description and by nobody's reader. */
function makeZip(entries: readonly Packed[]): Blob {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { path, text, mode = 0o100644, size, flags = 0 } of entries) {
    const [name, data] = [Buffer.from(path), deflateRawSync(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(size ?? Buffer.byteLength(text), 18);
    common.writeUInt16LE(name.length, 22);
    parts.push(Buffer.from('PK\x03\x04'), common, name, data);
    const rest = Buffer.alloc(14);
    rest.writeUInt16LE(mode, 8);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, rest, name);
    at += 30 + name.length + data.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return new Blob([Buffer.concat([...parts, listed, end])]);
}

const textOf = async (file: ImportedFile): Promise<string> => new TextDecoder().decode(await file.read());
const plain = (path: string, size = 1): ImportedFile => ({
  path,
  size,
  mode: 0o644,
  read: async () => new Uint8Array(),
});

describe('an archive', () => {
  it('UX-06 gives its files with their modes; folders and links are left out', async () => {
    const archive = makeZip([
      { path: 'top/', text: '', mode: 0o040755 },
      { path: 'top/grüße.txt', text: 'hallo '.repeat(10_000) },
      { path: 'top/run.sh', text: '#!/bin/sh', mode: 0o100755 },
      { path: 'top/link', text: 'run.sh', mode: 0o120777 },
    ]);
    const files = await readZip(archive, 100);
    expect(files.map(({ path, mode }) => [path, mode])).toEqual([
      ['top/grüße.txt', 0o644],
      ['top/run.sh', 0o755],
    ]);
    expect(await textOf(files[0]!)).toBe('hallo '.repeat(10_000));
    const chosen = chooseFiles(files);
    expect(chosen.map(({ path }) => path)).toEqual(['grüße.txt', 'run.sh']);
    expect(await textOf(chosen[1]!)).toBe('#!/bin/sh');
  });

  it.each([
    ['no archive', new Blob(['hello']), 'no zip archive'],
    ['one that was cut off', makeZip([{ path: 'a', text: 'a' }]).slice(40), 'not whole'],
    ['one that is encrypted', makeZip([{ path: 'a', text: 'a', flags: 1 }]), '"a" is encrypted'],
    ['too many entries', makeZip(Array.from({ length: 4 }, (_, at) => ({ path: `${at}`, text: '' }))), 'more than 3'],
  ])('UX-06 is refused: %s', async (_, archive, message) => {
    await expect(readZip(archive, 3)).rejects.toThrow(message);
  });

  it.each([10, 100_000_000])('UX-06 that lies about a size (%d) is not read to its end', async (size) => {
    const [file] = await readZip(makeZip([{ path: 'bomb', text: 'x'.repeat(1_000_000), size }]), 10);
    await expect(file?.read()).rejects.toThrow('not as large as the archive says');
  });
});

describe('files of a project', () => {
  it('UX-06 are those that belong to it', () => {
    const all = ['a/.git/config', 'a/node_modules/x/i.js', '__MACOSX/a', 'a/.DS_Store', 'a/.gitignore', 'b.txt'];
    expect(chooseFiles(all.map((path) => plain(path))).map(({ path }) => path)).toEqual(['a/.gitignore', 'b.txt']);
  });

  it.each([
    [[], 'no file'],
    [[plain('../x')], 'no path of a project'],
    [[plain('/etc/x')], 'no path of a project'],
    [[plain('a\\b')], 'no path of a project'],
    [[plain('x/'.repeat(IMPORT_LIMITS.depth) + 'x')], 'no path of a project'],
    [[plain('a', IMPORT_LIMITS.fileBytes + 1)], 'Too large'],
    [Array.from({ length: 6 }, (_, at) => plain(`${at}`, IMPORT_LIMITS.fileBytes)), 'Too large'],
    [Array.from({ length: IMPORT_LIMITS.entries + 1 }, (_, at) => plain(`${at}`)), 'more than'],
  ])('UX-06 are refused where they are none or too many (%#)', (files, message) => {
    expect(() => chooseFiles(files)).toThrow(message);
  });
});
