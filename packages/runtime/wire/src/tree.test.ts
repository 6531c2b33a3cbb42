import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from '@msgpack/msgpack';
import { snapshot } from '@webcontainer/snapshot';
import { describe, expect, it } from 'vitest';
import { decodeTree, encodeJsonTree, encodeSnapshot, type TreeEntry } from './tree.ts';
import { WireError } from './wire-error.ts';

const utf8 = new TextEncoder();
const json = (tree: unknown): Uint8Array => utf8.encode(typeof tree === 'string' ? tree : JSON.stringify(tree));
const text = (entry: TreeEntry | undefined): string =>
  entry?.type === 'file' ? new TextDecoder().decode(entry.bytes) : `not a file: ${entry?.type}`;
const byPath = (entries: readonly TreeEntry[]): Map<string, TreeEntry> =>
  new Map(entries.map((entry) => [entry.path, entry]));

describe('decodeTree', () => {
  it('reads the 48 bytes of a real snapshot', () => {
    const hex = '81a16482a5612e74787481a16681a163c4026869a373756281a16482a5656d70747981a16480a17a81a16681a163c400';
    const payload = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    expect(payload.length).toBe(48);
    const entries = decodeTree(payload);
    expect(entries.map((entry) => `${entry.type} ${entry.path}`)).toEqual([
      'file a.txt',
      'directory sub',
      'directory sub/empty',
      'file sub/z',
    ]);
    expect(text(entries[0])).toBe('hi');
    expect(text(entries[3])).toBe('');
  });

  it('reads what @webcontainer/snapshot writes, also as a view into a larger buffer', async () => {
    const root = mkdtempSync(join(tmpdir(), 'wire-'));
    try {
      mkdirSync(join(root, 'deep/er'), { recursive: true });
      writeFileSync(join(root, 'deep/er/bytes'), Uint8Array.of(0, 255, 128));
      const payload = await snapshot(root);
      const larger = new Uint8Array(payload.length + 20);
      larger.set(payload, 7);
      const entry = byPath(decodeTree(larger.subarray(7, 7 + payload.length))).get('deep/er/bytes');
      expect(entry?.type === 'file' && [...entry.bytes]).toEqual([0, 255, 128]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('reads JSON trees: text, characters as bytes, links', () => {
    const entries = byPath(
      decodeTree(
        json({
          d: {
            a: { f: { c: 'grün' } },
            b: { f: { c: '\u0000ÿ', b: true } },
            l: { f: { l: '../a' } },
            d: { d: { e: { f: { c: '' } } } },
          },
        }),
      ),
    );
    expect(text(entries.get('a'))).toBe('grün');
    const binary = entries.get('b');
    expect(binary?.type === 'file' && [...binary.bytes]).toEqual([0, 255]);
    expect(entries.get('l')).toEqual({ type: 'link', path: 'l', target: '../a' });
    expect(text(entries.get('d/e'))).toBe('');
  });

  const deep = (levels: number): unknown => {
    let node: unknown = { d: {} };
    for (let level = 0; level < levels; level++) node = { d: { x: node } };
    return node;
  };

  it.each([
    ['an empty payload', new Uint8Array()],
    ['something else', json('hello')],
    ['an array', json('[1]')],
    ['cut JSON', json('{"d":{"a":')],
    ['JSON that is not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['a file as root', json({ f: { c: '' } })],
    ['a root without anything', json({})],
    ['a directory that is a list', json({ d: [] })],
    ['a node that is null', json({ d: { a: null } })],
    ['a node that is both', json({ d: { a: { d: {}, f: { c: '' } } } })],
    ['a node that is neither', json({ d: { a: {} } })],
    ['a file without content', json({ d: { a: { f: {} } } })],
    ['a file with a number as content', json({ d: { a: { f: { c: 1 } } } })],
    ['binary text with a wide character', json({ d: { a: { f: { c: 'Ā', b: true } } } })],
    ['a mode with setuid', json({ d: { a: { f: { c: '', m: 0o4755 } } } })],
    ['a mode that is a text', json({ d: { a: { f: { c: '', m: '755' } } } })],
    ['a link to nothing', json({ d: { a: { f: { l: '' } } } })],
    ['a link to a number', json({ d: { a: { f: { l: 7 } } } })],
    ['the name ..', json({ d: { '..': { f: { c: '' } } } })],
    ['the name .', json({ d: { '.': { d: {} } } })],
    ['an empty name', json({ d: { '': { d: {} } } })],
    ['a name with a slash', json({ d: { 'a/../../b': { f: { c: '' } } } })],
    ['a name with a null byte', json({ d: { 'a\0': { f: { c: '' } } } })],
    ['a name of 256 bytes', json({ d: { ['ü'.repeat(128)]: { f: { c: '' } } } })],
    ['the name __proto__ in JSON', json('{"d":{"__proto__":{"d":{"polluted":{"f":{"c":""}}}}}}')],
    ['__proto__ in the place of d', json('{"__proto__":{"d":{}}}')],
    ['300 levels of directories', json(deep(300))],
    ['100000 levels of directories', json('{"d":{"x":'.repeat(100_000) + '{"d":{}}' + '}}'.repeat(100_000))],
    ['the name .. in a snapshot', encode({ d: { '..': { d: {} } } })],
    ['a snapshot cut off', encode({ d: { a: { f: { c: new Uint8Array(9) } } } }).subarray(0, 14)],
    ['a snapshot with bytes after it', Uint8Array.of(...encode({ d: {} }), 0)],
    ['a snapshot that claims 2^32 entries', Uint8Array.of(0xdf, 255, 255, 255, 255)],
    ['a snapshot with an extension', Uint8Array.of(0x81, 0xa1, 0x64, 0xd4, 1, 0)],
    ['a snapshot with an array', encode({ d: [] })],
  ])('refuses %s', (_, payload) => {
    expect(() => decodeTree(payload)).toThrow(WireError);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('refuses __proto__ in a snapshot', () => {
    // The key of the one entry is spelled in bytes, as an encoder would not write it.
    const payload = Uint8Array.of(0x81, 0xa1, 0x64, 0x81, 0xa9, ...utf8.encode('__proto__'), 0x81, 0xa1, 0x64, 0x80);
    expect(() => decodeTree(payload)).toThrow(WireError);
  });

  it('refuses more entries, levels or bytes than it is told to take', () => {
    const payload = json({ d: { a: { d: { b: { f: { c: '' } } } } } });
    expect(() => decodeTree(payload, { depth: 9, entries: 1, payloadBytes: 999 })).toThrow('more than 1 entries');
    expect(() => decodeTree(payload, { depth: 1, entries: 9, payloadBytes: 999 })).toThrow('deeper than 1');
    expect(() => decodeTree(payload, { depth: 9, entries: 9, payloadBytes: 10 })).toThrow('more than 10');
  });
});

describe('encoding', () => {
  const entries: readonly TreeEntry[] = [
    { type: 'directory', path: 'empty' },
    { type: 'file', path: 'sub/text', bytes: utf8.encode('\ufeffgrün') },
    { type: 'file', path: 'sub/binary', bytes: Uint8Array.of(255, 0, 200) },
    { type: 'file', path: 'nothing', bytes: new Uint8Array() },
    { type: 'link', path: 'link', target: 'sub/text' },
    { type: 'file', path: 'constructor', bytes: utf8.encode('x'), mode: 0o755 },
  ];

  it.each([
    ['JSON', encodeJsonTree],
    ['binary', encodeSnapshot],
  ])('a %s export mounts as the same tree', (_, encodeTree) => {
    const decoded = byPath(decodeTree(encodeTree(entries)));
    expect([...decoded.keys()].sort()).toEqual([
      'constructor',
      'empty',
      'link',
      'nothing',
      'sub',
      'sub/binary',
      'sub/text',
    ]);
    for (const entry of entries) expect(decoded.get(entry.path)).toEqual(entry);
  });

  it('an empty file keeps its content field, without which the client would drop it', () => {
    expect(new TextDecoder().decode(encodeJsonTree([{ type: 'file', path: 'a', bytes: new Uint8Array() }]))).toBe(
      '{"d":{"a":{"f":{"c":""}}}}',
    );
  });
});
