import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type PackSpool, MemorySpool } from '../packs/pack-spool.ts';
import { PACK_LIMITS, type PackLimits } from '../packs/pack-limits.ts';
import { advertiseRefs, type Service } from '../serve/list-refs.ts';
import { type PushRepository, receivePack } from '../serve/receive-pack.ts';
import { uploadPack } from '../serve/upload-pack.ts';
import { advertiseV2 } from '../wire/capabilities.ts';

/** The smallest server there is around a repository; whoever it answers to is on this machine. */
export async function serveRepository(
  repository: PushRepository,
  limits: PackLimits = PACK_LIMITS,
): Promise<{ url: string; requests: string[]; spools: PackSpool[]; close: () => Promise<void> }> {
  const requests: string[] = [];
  const spools: PackSpool[] = [];
  const openSpool = (): PackSpool => {
    const spool = new MemorySpool();
    spools.push(spool);
    return spool;
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const version = String(request.headers['git-protocol'] ?? '').includes('version=2') ? 2 : 0;
    const service = (searchParams.get('service') ?? pathname.slice(1)) as Service;
    requests.push(`${request.method} ${service}${version === 2 ? ' v2' : ''}`);
    const answer = async (): Promise<void> => {
      if (request.method === 'GET') {
        response.setHeader('content-type', `application/x-${service}-advertisement`);
        response.end(
          version === 2 && service === 'git-upload-pack' ? advertiseV2() : await advertiseRefs(repository, service),
        );
        return;
      }
      response.setHeader('content-type', `application/x-${service}-result`);
      const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
      const pieces =
        service === 'git-upload-pack'
          ? uploadPack(repository, body, { version })
          : receivePack(repository, body, { openSpool, limits });
      await pipeline(Readable.from(pieces), response);
    };
    answer().catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    spools,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
