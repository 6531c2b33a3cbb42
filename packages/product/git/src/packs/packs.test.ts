import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  encodeDelta,
  encodeTree,
  GitError,
  type GitObject,
  isObjectType,
  type Oid,
  oidOf,
  PACK_LIMITS,
  type PackedObject,
  type PackItem,
  packItem,
  PackReader,
  type PackReaderOptions,
  receiveSpool,
  MemorySpool,
  TREE_MODES,
  writePack,
} from '../index.ts';
import { fillRepository } from '../testing/fill-repository.ts';
import { collect, type ForgedEntry, inPieces, makePack, sealPack, spoolOf } from '../testing/make-pack.ts';
import { RealRepository } from '../testing/real-git.ts';

const repository = new RealRepository();
beforeAll(() => fillRepository(repository, { commits: 200, files: 60 }));
afterAll(() => repository.close());

async function readPack(bytes: Uint8Array, options: PackReaderOptions = {}): Promise<PackReader> {
  const spool = new MemorySpool();
  await receiveSpool(inPieces(bytes, 1000), spool, options.limits ?? PACK_LIMITS);
  const reader = new PackReader(spool, options);
  await reader.index();
  return reader;
}

async function all(reader: PackReader): Promise<PackedObject[]> {
  const objects: PackedObject[] = [];
  for await (const object of reader.objects()) objects.push(object);
  return objects;
}

async function refusal(
  bytes: Uint8Array,
  options: PackReaderOptions = {},
): Promise<{ code: string; message: string } | 'taken'> {
  try {
    await all(await readPack(bytes, options));
  } catch (error) {
    if (error instanceof GitError) return { code: error.code, message: error.message };
    throw error;
  }
  return 'taken';
}

/** Objects of the real repository, for thin packs. */
function realObjects(oids: readonly Oid[]): Promise<Map<Oid, GitObject>> {
  const found = new Map<Oid, GitObject>();
  for (const oid of oids) {
    const type = repository.line(['cat-file', '-t', oid]);
    if (isObjectType(type)) found.set(oid, { type, bytes: repository.git(['cat-file', type, oid]) });
  }
  return Promise.resolve(found);
}

const inventory = (): string[] =>
  repository
    .line(['cat-file', '--batch-all-objects', '--batch-check=%(objectname) %(objecttype) %(objectsize)'])
    .split('\n');

/** What git says of a pack, in a repository that has nothing else. */
function judge(bytes: Uint8Array): string[] {
  const other = new RealRepository('--bare');
  try {
    const said = other.line(['index-pack', '--strict', '--fsck-objects', '--stdin'], bytes);
    other.git(['verify-pack', `objects/pack/pack-${said.split('\t')[1]}.idx`]);
    other.git(['fsck', '--strict', '--full']);
    return other
      .line(['cat-file', '--batch-all-objects', '--batch-check=%(objectname) %(objecttype) %(objectsize)'])
      .split('\n');
  } finally {
    other.close();
  }
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

const asItem = ({ oid, type, bytes, z, base, deltaBytes }: PackedObject): PackItem => ({
  oid,
  type,
  size: base === undefined ? bytes.length : deltaBytes,
  z,
  base,
});

describe('a pack of real git', () => {
  it.each([
    ['whole objects', ['--window=0']],
    ['deltas by distance', ['--delta-base-offset', '--window=50', '--depth=50']],
    ['deltas by id', ['--window=50', '--depth=50']],
  ])('HI-05 is read to the last object, with %s, and written again for git', async (_, options) => {
    const pack = repository.git(['pack-objects', '--all', '--revs', '--stdout', '-q', '--no-reuse-delta', ...options]);
    const reader = await readPack(pack);
    const objects = await all(reader);
    expect(objects.map(({ oid, type, bytes }) => `${oid} ${type} ${bytes.length}`).sort()).toEqual(inventory());
    expect(objects.some(({ base }) => base !== undefined)).toBe(options.length > 1);
    expect([...reader.outsideLinks]).toEqual([]);
    expect(reader.storedBytes).toBeLessThan(reader.unpackedBytes);
    for (const { oid, type, bytes } of objects.slice(0, 5))
      expect(reader.headOf(oid)).toEqual({ type, size: bytes.length });
    expect(reader.unpackedBytes).toBe(objects.reduce((sum, { bytes }) => sum + bytes.length, 0));
    for (const ofsDelta of [true, false]) {
      const items = objects.map(asItem);
      expect(judge(await collect(writePack(items.length, each(items), { ofsDelta })))).toEqual(inventory());
    }
  });

  it('HI-05 that is thin stands on objects of the reader’s', async () => {
    const pack = repository.git(['pack-objects', '--thin', '--revs', '--stdout', '-q'], 'main\n^main~20\n');
    const reader = await readPack(pack, { bases: realObjects });
    expect(reader.outsideBases.size).toBeGreaterThan(0);
    for (const { oid, type, bytes } of await all(reader)) expect(oidOf(type, bytes)).toBe(oid);
    // What the pack does not bring itself is told with its type: parents, trees and blobs that did not change.
    expect(reader.outsideLinks.get(repository.line(['rev-parse', 'main~20']))).toBe('commit');
    expect(await refusal(pack)).toMatchObject({
      code: 'missing-object',
      message: expect.stringMatching(/^pack has \d+ unresolved delta/),
    });
  });

  it('is read from a pack on disk, where bases may come after their deltas', async () => {
    repository.git(['gc', '--quiet']);
    const folder = join(repository.path, '.git/objects/pack');
    const name = readdirSync(folder).find((file) => file.endsWith('.pack')) ?? '';
    expect((await all(await readPack(readFileSync(join(folder, name))))).length).toBe(inventory().length);
  });

  it('without an object is one', async () => {
    expect(judge(await collect(writePack(0, each([]), { ofsDelta: true })))).toEqual(['']);
    expect((await readPack(makePack([]))).size).toBe(0);
  });
});

const blob = (text: string): ForgedEntry => ({ kind: 'blob', bytes: Buffer.from(text) });
const text = Buffer.from('some text that is long enough to be copied');
const longer = Buffer.concat([text, text]);
const delta = encodeDelta(text, longer);

describe('a pack of ours', () => {
  it('is what git index-pack --strict takes, whole and as deltas', async () => {
    const tree = encodeTree([{ mode: TREE_MODES.file, name: 'a', oid: oidOf('blob', longer) }]);
    const items = [
      packItem(oidOf('blob', text), 'blob', text),
      {
        oid: oidOf('blob', longer),
        type: 'blob' as const,
        size: delta.length,
        z: deflateSync(delta),
        base: oidOf('blob', text),
      },
      packItem(oidOf('tree', tree), 'tree', tree),
    ];
    expect(judge(await collect(writePack(3, each(items), { ofsDelta: true })))).toHaveLength(3);
  });
});

describe('HI-11 a pack that lies is refused whole:', () => {
  const limits = PACK_LIMITS;
  const cut = makePack([blob('x')]);
  const flipped = Buffer.from(cut);
  flipped.writeUInt8(flipped.readUInt8(14) ^ 1, 14);
  const tree = (oid: Oid): ForgedEntry => ({
    kind: 'tree',
    bytes: encodeTree([{ mode: TREE_MODES.tree, name: 'a', oid }]),
  });
  const a = encodeDelta(text, longer);
  const chain = (length: number): ForgedEntry[] => {
    const entries: ForgedEntry[] = [blob('0')];
    for (let link = 1; link <= length; link++)
      entries.push({ kind: link - 1, bytes: encodeDelta(Buffer.from(String(link - 1)), Buffer.from(String(link))) });
    return entries;
  };

  it.each<[string, Uint8Array, string, RegExp]>([
    ['nothing', Buffer.alloc(0), 'bad-pack', /early EOF/],
    ['no pack', Buffer.alloc(40, 'x'), 'bad-pack', /signature mismatch/],
    ['another version', sealPack(Buffer.from('PACK\0\0\0\x09\0\0\0\0', 'latin1')), 'bad-pack', /version 9 unsupported/],
    ['too many objects', makePack([], limits.objects + 1), 'too-large', /exceeds maximum allowed number/],
    ['its end cut off', cut.subarray(0, -1), 'bad-pack', /SHA1 mismatch/],
    ['a bit that fell over', flipped, 'bad-pack', /SHA1 mismatch/],
    ['fewer objects than it says', makePack([blob('x')], 2), 'bad-pack', /early EOF|bad object/],
    ['more objects than it says', makePack([blob('x'), blob('y')], 1), 'bad-pack', /junk at the end/],
    ['a size that is too small', makePack([{ ...blob('abc'), size: 2 }]), 'bad-pack', /larger than declared/],
    ['a size that is too large', makePack([{ ...blob('abc'), size: 4 }]), 'bad-pack', /differs from declared/],
    [
      'a bomb',
      makePack([{ ...blob(''), size: 10, z: deflateSync(Buffer.alloc(100 << 20)) }]),
      'bad-pack',
      /larger than declared/,
    ],
    ['no deflated bytes', makePack([{ ...blob('abc'), z: Buffer.from('abcdefgh') }]), 'bad-pack', /inflate returned/],
    [
      'deflated bytes that end early',
      makePack([{ ...blob('abc'), z: deflateSync(text).subarray(0, 9) }]),
      'bad-pack',
      /inflate returned/,
    ],
    [
      'an object over the limit',
      makePack([{ ...blob(''), size: limits.objectBytes + 1 }]),
      'too-large',
      /exceeds maximum allowed size/,
    ],
    ['a base before its beginning', makePack([{ kind: -500, bytes: a }]), 'bad-pack', /out of bound/],
    ['a base that begins nowhere', makePack([blob('x'), { kind: -1, bytes: a }]), 'bad-pack', /out of bound/],
    [
      'a base that is not there',
      makePack([{ kind: '1'.repeat(40), bytes: a }]),
      'missing-object',
      /1 unresolved delta$/,
    ],
    ['a delta of another base', makePack([blob('x'), { kind: 0, bytes: a }]), 'bad-delta', /another size/],
    [
      'a result over the limit',
      makePack([blob('x'), { kind: 0, bytes: Uint8Array.of(1, 0xff, 0xff, 0xff, 0x7f) }]),
      'too-large',
      /exceeds/,
    ],
    ['a chain that is too long', makePack(chain(51)), 'bad-pack', /chain is longer than 50/],
    ['a tree that is none', makePack([{ kind: 'tree', bytes: text }]), 'bad-tree', /^object [0-9a-f]{40}: /],
    ['a commit that is none', makePack([{ kind: 'commit', bytes: text }]), 'bad-object', /^object/],
    [
      'a blob where a tree should be',
      makePack([blob('x'), tree(oidOf('blob', Buffer.from('x')))]),
      'bad-pack',
      /is a blob, not a tree/,
    ],
    [
      'a tree above its blob',
      makePack([tree(oidOf('blob', Buffer.from('x'))), blob('x')]),
      'bad-pack',
      /is a blob, not a tree/,
    ],
  ])('%s', async (_, bytes, code, message) => {
    expect(await refusal(bytes)).toEqual({ code, message: expect.stringMatching(message) });
  });

  it('two deltas that stand on each other', async () => {
    // Nobody can make the ids, so the ids are wrong: nothing ever resolves.
    const other = encodeDelta(longer, text);
    const bytes = makePack([
      { kind: oidOf('blob', text), bytes: a },
      { kind: oidOf('blob', longer), bytes: other },
    ]);
    expect(await refusal(bytes)).toEqual({ code: 'missing-object', message: 'pack has 2 unresolved deltas' });
  });

  it('fifty deltas, an object twice and an entry of each limit are allowed', async () => {
    expect(await refusal(makePack(chain(50)))).toBe('taken');
    const twice = await readPack(makePack([blob('x'), blob('x')]));
    expect([twice.size, (await all(twice)).length]).toEqual([1, 1]);
  });

  it.each<[string, Partial<typeof PACK_LIMITS>, RegExp]>([
    ['its size', { packBytes: 2000 }, /^pack exceeds maximum allowed size \(2000 bytes\)$/],
    ['its work', { workBytes: 50_000 }, /^pack unpacks to more than 50000 bytes$/],
    ['what it leads to', { links: 20 }, /^pack leads to more than 20 objects$/],
  ])('a limit of %s', async (_, lower, message) => {
    const pack = repository.git(['pack-objects', '--all', '--revs', '--stdout', '-q']);
    expect(await refusal(pack, { limits: { ...limits, ...lower } })).toEqual({
      code: 'too-large',
      message: expect.stringMatching(message),
    });
  });

  it('one of which the asker went away while it was read', async () => {
    const pack = makePack([blob('x'.repeat(5 << 20))]);
    await expect(readPack(pack, { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone');
  });

  it('is read from a spool that others can fill as well', async () => {
    const spool = await spoolOf(makePack([blob('x')]));
    await expect(receiveSpool(inPieces(Buffer.alloc(1), 1), spool, limits)).rejects.toThrow();
    await spool.close();
    expect(spool.size).toBe(0);
  });
});
