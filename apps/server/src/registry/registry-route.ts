import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { type Context, Hono } from 'hono';
import { mirrorPath } from '../hosts/runtime-config.ts';
import type { ServerEnv, Services } from '../http/server-env.ts';
import { parsePackagePath } from './package-path.ts';

/**
 * GET /npm/* on runtime hosts — packuments and tarballs of public packages, from
 * the cache where it can. Errors have npm's own shape, because npm reads them.
 * Whatever else a registry offers (search, audit, publishing) is not mirrored and
 * answers 404, which npm takes as "this registry has none".
 */
export const registryRoute = ({ mirror, log }: Pick<Services, 'mirror' | 'log'>) =>
  new Hono<ServerEnv>().all(`${mirrorPath}*`, async (c) => {
    const asked = parsePackagePath(new URL(c.req.url).pathname.slice(mirrorPath.length));
    if (!asked || (c.req.method !== 'GET' && c.req.method !== 'HEAD')) return c.json({ error: 'Not found' }, 404);
    const { packuments, tarballs } = await mirror.parts();
    const unreachable = (cause: unknown) => {
      log.warn({ err: cause, asked }, 'the registry is not reachable');
      return c.json({ error: `The registry cannot be reached and "${asked.name}" is not in the cache` }, 504);
    };
    if (asked.kind === 'packument') {
      const abbreviated = (c.req.header('accept') ?? '').includes('application/vnd.npm.install-v1+json');
      const fresh = /no-cache/.test(c.req.header('cache-control') ?? '');
      const found = await packuments.get(asked.name, { abbreviated, fresh });
      switch (found.outcome) {
        case 'found': {
          const { etag, contentType } = found.entry.meta;
          return sendFile(c, found.entry, { ETag: etag, 'Content-Type': contentType, 'Cache-Control': 'public, max-age=300', Vary: 'Accept' });
        }
        case 'no-such-package':
          return c.json({ error: 'Not found' }, 404);
        case 'unreachable':
          return unreachable(found.cause);
      }
    }
    const found = await tarballs.get(asked.name, asked.file);
    switch (found.outcome) {
      case 'found':
        return sendFile(c, found.entry, {
          ETag: found.entry.meta.etag,
          'Content-Type': 'application/octet-stream',
          'Cache-Control': 'public, max-age=31536000, immutable',
        });
      case 'no-such-tarball':
        return c.json({ error: 'Not found' }, 404);
      case 'wrong-bytes':
        log.error({ asked }, 'a tarball has another checksum than its packument says');
        return c.json({ error: `The registry sent wrong bytes for "${asked.name}"` }, 502);
      case 'unreachable':
        return unreachable(found.cause);
    }
  });

function sendFile(c: Context, entry: { file: string; size: number }, headers: Record<string, string>): Response {
  if (c.req.header('if-none-match') === headers['ETag']) return c.body(null, 304, headers);
  const all = { ...headers, 'Content-Length': String(entry.size) };
  if (c.req.method === 'HEAD') return c.body(null, 200, all);
  return c.body(Readable.toWeb(createReadStream(entry.file)) as ReadableStream, 200, all);
}
