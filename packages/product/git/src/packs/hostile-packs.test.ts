import { expect, it } from 'vitest';
import {
  encodeCommit,
  encodeDelta,
  encodeTree,
  GitError,
  MemorySpool,
  oidOf,
  PACK_LIMITS,
  PackReader,
  receiveSpool,
  TREE_MODES,
} from '../index.ts';
import { inPieces, makePack, sealPack } from '../testing/make-pack.ts';
import { bytesInUse } from '../testing/memory-growth.ts';
import { mutate } from '../testing/mutate.ts';
import { makeRandom } from '../testing/random.ts';

/** A pack with every kind of entry. */
function seedPack(): Buffer {
  const first = Buffer.from('a file of some lines\n'.repeat(20));
  const second = Buffer.concat([first, Buffer.from('and one more\n')]);
  const third = Buffer.concat([Buffer.from('before\n'), second]);
  const tree = encodeTree([
    { mode: TREE_MODES.file, name: 'a', oid: oidOf('blob', first) },
    { mode: TREE_MODES.executable, name: 'b', oid: oidOf('blob', second) },
    { mode: TREE_MODES.link, name: 'c', oid: oidOf('blob', third) },
  ]);
  const person = { name: 'A', email: 'a', timeSeconds: 1, zone: '+0000' };
  const commit = encodeCommit({
    tree: oidOf('tree', tree),
    parents: [],
    author: person,
    committer: person,
    message: 'x',
  });
  return makePack([
    { kind: 'commit', bytes: commit },
    { kind: oidOf('blob', second), bytes: encodeDelta(second, third) },
    { kind: 'tree', bytes: tree },
    { kind: 'blob', bytes: first },
    { kind: 3, bytes: encodeDelta(first, second) },
    { kind: 'tag', bytes: Buffer.from(`object ${oidOf('commit', commit)}\ntype commit\ntag x\n\nx\n`) },
  ]);
}

const limits = { ...PACK_LIMITS, objectBytes: 1 << 20, workBytes: 8 << 20 };

async function isTaken(bytes: Uint8Array): Promise<boolean> {
  const spool = new MemorySpool();
  try {
    await receiveSpool(inPieces(bytes, 400), spool, limits);
    const reader = new PackReader(spool, { limits });
    await reader.index();
    for await (const { oid, type, bytes: content } of reader.objects()) expect(oidOf(type, content)).toBe(oid);
    return true;
  } catch (error) {
    // Anything else than a refusal is a fault of ours.
    if (error instanceof GitError) return false;
    throw error;
  } finally {
    await spool.close();
  }
}

it('HI-11 ten thousand packs with bytes changed, cut, doubled and moved are refused or right, and nothing grows', async () => {
  const seed = seedPack();
  expect(await isTaken(seed)).toBe(true);
  const random = makeRandom(11);
  const outcomes = { taken: 0, refused: 0 };
  let before = 0;
  for (let round = 0; round < 10_000; round++) {
    if (round === 2_000) before = await bytesInUse();
    const changed = mutate(seed.subarray(0, -20), random);
    // Nine in ten with a true checksum, so that they are looked at further.
    const pack = round % 10 === 0 ? Buffer.concat([changed, seed.subarray(-20)]) : sealPack(changed);
    outcomes[(await isTaken(pack)) ? 'taken' : 'refused']++;
  }
  expect(outcomes.refused).toBeGreaterThan(5_000);
  expect(outcomes.taken).toBeGreaterThan(10);
  expect((await bytesInUse()) - before).toBeLessThan(16 << 20);
});
