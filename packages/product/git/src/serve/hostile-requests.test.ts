import { expect, it } from 'vitest';
import {
  encodeCommit,
  encodePacket,
  encodeTree,
  FLUSH,
  MemorySpool,
  oidOf,
  receivePack,
  TREE_MODES,
  uploadPack,
} from '../index.ts';
import { collect, inPieces, makePack } from '../testing/make-pack.ts';
import { bytesInUse } from '../testing/memory-growth.ts';
import { MemoryRepository } from '../testing/memory-repository.ts';
import { mutate } from '../testing/mutate.ts';
import { makeRandom } from '../testing/random.ts';

const blob = Buffer.from('some lines\n'.repeat(10));
const tree = encodeTree([{ mode: TREE_MODES.file, name: 'a', oid: oidOf('blob', blob) }]);
const person = { name: 'A', email: 'a', timeSeconds: 1, zone: '+0000' };
const treeOid = oidOf('tree', tree);
const first = encodeCommit({ tree: treeOid, parents: [], author: person, committer: person, message: '1' });
const firstOid = oidOf('commit', first);
const second = encodeCommit({ tree: treeOid, parents: [firstOid], author: person, committer: person, message: '2' });
const secondOid = oidOf('commit', second);

function makeRepository(): MemoryRepository {
  const repository = new MemoryRepository();
  repository.objects.set(oidOf('blob', blob), { type: 'blob', bytes: blob });
  repository.objects.set(treeOid, { type: 'tree', bytes: tree });
  repository.objects.set(firstOid, { type: 'commit', bytes: first });
  repository.names.set('refs/heads/main', firstOid);
  return repository;
}

const packets = (...lines: (string | Uint8Array)[]): Buffer =>
  Buffer.concat(lines.map((line) => (typeof line === 'string' ? encodePacket(`${line}\n`) : line)));
const DELIM = Buffer.from('0001');

const requests: { version: 0 | 2; body: Buffer }[] = [
  { version: 2, body: packets('command=ls-refs', DELIM, 'peel', 'symrefs', 'unborn', 'ref-prefix refs/', FLUSH) },
  {
    version: 2,
    body: packets(
      'command=fetch',
      'agent=x',
      DELIM,
      'thin-pack',
      'ofs-delta',
      'deepen 1',
      'filter blob:limit=10k',
      `want ${firstOid}`,
      'done',
      FLUSH,
    ),
  },
  {
    version: 2,
    body: packets(
      'command=fetch',
      DELIM,
      `want ${firstOid}`,
      `want ${oidOf('blob', blob)}`,
      `shallow ${firstOid}`,
      `have ${secondOid}`,
      'deepen-since 0',
      FLUSH,
    ),
  },
  {
    version: 0,
    body: packets(
      `want ${firstOid} multi_ack_detailed side-band-64k no-done`,
      'deepen 3',
      FLUSH,
      `have ${secondOid}`,
      `have ${firstOid}`,
      FLUSH,
      'done',
    ),
  },
];
const push = Buffer.concat([
  packets(`${firstOid} ${secondOid} refs/heads/main\0 report-status side-band-64k atomic`, FLUSH),
  makePack([{ kind: 'commit', bytes: second }]),
]);

it('HI-11 ten thousand requests with bytes changed, cut, doubled and moved are answered, and nothing grows', async () => {
  const random = makeRandom(12);
  const repository = makeRepository();
  let before = 0;
  let moved = 0;
  for (let round = 0; round < 10_000; round++) {
    if (round === 2_000) before = await bytesInUse();
    const seed = requests[round % 5];
    if (seed) {
      // A fault of ours would be thrown; a fault of the request is said in the answer.
      await collect(uploadPack(repository, inPieces(mutate(seed.body, random), 50), { version: seed.version }));
      continue;
    }
    const target = makeRepository();
    await collect(receivePack(target, inPieces(mutate(push, random), 50), { openSpool: () => new MemorySpool() }));
    for (const oid of target.names.values()) expect(target.objects.has(oid)).toBe(true);
    if (target.objects.size > 3) moved++;
  }
  expect(moved).toBeGreaterThan(0);
  expect((await bytesInUse()) - before).toBeLessThan(16 << 20);
});

it('a request as it should be is answered, in every version', async () => {
  for (const { version, body } of requests) {
    const answer = await collect(uploadPack(makeRepository(), inPieces(body, 7), { version }));
    expect(answer.toString('latin1')).not.toMatch(/ERR /);
  }
  const target = makeRepository();
  const answer = await collect(receivePack(target, inPieces(push, 7), { openSpool: () => new MemorySpool() }));
  expect(answer.toString('latin1')).toContain('ok refs/heads/main');
  expect(target.names.get('refs/heads/main')).toBe(secondOid);
});

it('a bare flush, with which a large push asks whether it is welcome, is answered with nothing', async () => {
  for (const version of [0, 2] as const)
    expect(await collect(uploadPack(makeRepository(), inPieces(FLUSH, 9), { version }))).toHaveLength(0);
  expect(
    await collect(receivePack(makeRepository(), inPieces(FLUSH, 9), { openSpool: () => new MemorySpool() })),
  ).toHaveLength(0);
});
