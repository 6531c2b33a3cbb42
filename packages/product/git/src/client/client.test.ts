import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  fetchFrom,
  GitError,
  MemorySpool,
  PACK_LIMITS,
  PackReader,
  pushTo,
  readRemoteRefs,
  receiveSpool,
  type RemoteTransport,
  selectForPush,
  writePack,
} from '../index.ts';
import { fillRepository } from '../testing/fill-repository.ts';
import { serveHttpBackend } from '../testing/http-backend.ts';
import { collect } from '../testing/make-pack.ts';
import { MemoryRepository } from '../testing/memory-repository.ts';
import { RealRepository } from '../testing/real-git.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-git-peer-'));
const origin = new RealRepository();
let peer: Awaited<ReturnType<typeof serveHttpBackend>>;
beforeAll(async () => {
  fillRepository(origin, { commits: 150, files: 30 });
  origin.git(['tag', '-a', 'v1', '-m', 'One', 'main~3']);
  origin.git(['clone', '--quiet', '--bare', '.', join(folder, 'full.git')]);
  origin.git(['init', '--quiet', '--bare', join(folder, 'empty.git')]);
  peer = await serveHttpBackend(folder);
});
afterAll(async () => {
  await peer.close();
  origin.close();
  rmSync(folder, { recursive: true, force: true });
});

function transport(name: string): RemoteTransport {
  const address = `http://127.0.0.1:${peer.port}/${name}`;
  const bodyOf = async (answer: Promise<Response>): Promise<AsyncIterable<Uint8Array>> => {
    const { ok, status, body } = await answer;
    if (!ok || !body) throw new Error(`peer says ${status}`);
    return body;
  };
  return {
    list: (service) => bodyOf(fetch(`${address}/info/refs?service=${service}`)),
    post: async (service, body) =>
      await bodyOf(
        fetch(`${address}/${service}`, {
          method: 'POST',
          body: await collect(body),
          headers: { 'content-type': `application/x-${service}-request` },
        }),
      ),
  };
}

async function importAll(name: string): Promise<MemoryRepository> {
  const repository = new MemoryRepository();
  const { refs, head } = await readRemoteRefs(transport(name), 'git-upload-pack');
  expect(head).toBe('refs/heads/main');
  const spool = new MemorySpool();
  await receiveSpool(fetchFrom(transport(name), { wants: refs.map(({ oid }) => oid) }), spool, PACK_LIMITS);
  const pack = new PackReader(spool);
  await pack.index();
  expect([...pack.outsideLinks]).toEqual([]);
  await repository.storePush(
    refs.map(({ name: ref, oid }) => ({ name: ref, from: null, to: oid })),
    pack,
  );
  return repository;
}

it('HI-07 a repository of real git’s server is imported, and pushed to another with the same HEAD, then only what is new', async () => {
  const repository = await importAll('full.git');
  expect(await repository.refs()).toEqual(
    ['refs/heads/main', 'refs/tags/v1'].map((name) => ({ name, oid: origin.line(['rev-parse', name]) })),
  );
  const main = repository.names.get('refs/heads/main') ?? '';
  const push = async (to: string) => {
    const { refs } = await readRemoteRefs(transport('empty.git'), 'git-receive-pack');
    const from = refs.find(({ name }) => name === 'refs/heads/main')?.oid ?? null;
    const chosen = await selectForPush(
      repository,
      [to],
      refs.map(({ oid }) => oid),
    );
    const pack = writePack(chosen.oids.length, repository.pack(chosen.oids, chosen.usable), { ofsDelta: true });
    return {
      count: chosen.oids.length,
      report: await pushTo(transport('empty.git'), [{ name: 'refs/heads/main', from, to }], pack),
    };
  };
  const older = origin.line(['rev-parse', 'main~4']);
  expect((await push(older)).report).toEqual(new Map([['refs/heads/main', undefined]]));
  const second = await push(main);
  expect(second.report.get('refs/heads/main')).toBeUndefined();
  expect(second.count).toBeLessThan(40);
  const peerPath = join(folder, 'empty.git');
  expect(origin.line(['--git-dir', peerPath, 'rev-parse', 'main'])).toBe(main);
  origin.git(['--git-dir', peerPath, 'fsck', '--strict', '--full']);
  origin.git(['--git-dir', peerPath, 'config', 'receive.denyNonFastForwards', 'true']);
  expect((await push(older)).report.get('refs/heads/main')).toBe('non-fast-forward');
});

it('HI-11 a server that says anything else is refused', async () => {
  const says = (text: string): RemoteTransport => {
    const answer = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from(text);
    };
    return { list: () => Promise.resolve(answer()), post: () => Promise.resolve(answer()) };
  };
  for (const text of ['', '<html>', '0009abcde0000', '001e# service=git-upload-pack\n', 'ffff'])
    await expect(readRemoteRefs(says(text), 'git-receive-pack')).rejects.toThrow(GitError);
  for (const text of ['', '0008NOPE', '0008NAK\n0006\x09x', '0008NAK\n000b\x03ended'])
    await expect(
      collect(fetchFrom(says(text), { wants: ['1'.repeat(40)] })).then((bytes) =>
        receiveSpool([bytes] as never, new MemorySpool(), PACK_LIMITS),
      ),
    ).rejects.toThrow(GitError);
  await expect(pushTo(says('0000'), [], [] as never)).rejects.toThrow(/did not take the pack/);
});
