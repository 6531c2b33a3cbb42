import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeTree, encodeJsonTree, encodeSnapshot } from '@slipway/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTree, writeTree } from './folder-tree.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-tree-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (path: string): string => join(folder, path);
const limits = { depth: 9, entries: 99, payloadBytes: 999 };

describe('a folder that is read', () => {
  it('keeps bytes, empty folders and links; what is no file is passed over', async () => {
    mkdirSync(at('in/empty'), { recursive: true });
    writeFileSync(at('in/bytes'), Uint8Array.of(255, 0));
    symlinkSync('../out', at('in/link'));
    const socket = createServer().listen(at('in/socket'));
    await new Promise((resolve) => socket.once('listening', resolve));
    const entries = decodeTree(await readTree(at('in')));
    socket.close();
    expect(entries).toEqual([
      { type: 'file', path: 'bytes', bytes: Uint8Array.of(255, 0) },
      { type: 'directory', path: 'empty' },
      { type: 'link', path: 'link', target: '../out' },
    ]);
  });

  it('is refused when it is none, or has more than a container takes', async () => {
    writeFileSync(at('file'), 'x');
    await expect(readTree(at('file'))).rejects.toThrow(`Cannot mount "${at('file')}": it is not a folder`);
    mkdirSync(at('in/a/b'), { recursive: true });
    writeFileSync(at('in/a/b/c'), '12345');
    expect(decodeTree(await readTree(at('in'), limits))).toHaveLength(3);
    await expect(readTree(at('in'), { ...limits, depth: 2 })).rejects.toThrow('nested deeper than 2');
    await expect(readTree(at('in'), { ...limits, entries: 2 })).rejects.toThrow('more than 2 entries');
    await expect(readTree(at('in'), { ...limits, payloadBytes: 4 })).rejects.toThrow('more than 4 bytes');
  });
});

describe('a tree that is written', () => {
  const text = new TextEncoder().encode('x');

  it('comes back as files, without the links that a container made', async () => {
    const files = await writeTree(
      at('out'),
      encodeSnapshot([
        { type: 'directory', path: 'empty' },
        { type: 'file', path: 'a/b', bytes: text },
        { type: 'link', path: 'link', target: '/etc/passwd' },
      ]),
    );
    expect(files).toBe(1);
    expect(readdirSync(at('out')).sort()).toEqual(['a', 'empty']);
    expect(readFileSync(at('out/a/b'), 'utf8')).toBe('x');
  });

  it('changes nothing when one name in it would leave the folder', async () => {
    for (const name of ['..', '../up', 'a/../../up', '/abs', 'a\0b', '.']) {
      const tree = new TextEncoder().encode(
        JSON.stringify({ d: { fine: { f: { c: '' } }, [name]: { f: { c: 'x' } } } }),
      );
      await expect(writeTree(at('out'), tree)).rejects.toThrow(`Cannot save to "${at('out')}": `);
    }
    expect(existsSync(at('out'))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('an empty tree makes the folder', async () => {
    expect(await writeTree(at('out'), encodeJsonTree([]))).toBe(0);
    expect(readdirSync(at('out'))).toEqual([]);
  });
});
