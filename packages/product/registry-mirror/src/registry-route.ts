import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { type Context, Hono } from 'hono';
import type { Logger } from 'pino';
import { bodyLimit } from 'hono/body-limit';
import { parsePackagePath } from './package-path.ts';
import type { RegistryMirror } from './registry-mirror.ts';
import { AUDIT_LIMIT_BYTES, isService } from './services.ts';

/** On the runtime's own origin, so that a container's request needs no CORS. */
export const MIRROR_PATH = '/npm/';

/**
 * GET /npm/* on runtime hosts — packuments and tarballs of public packages, from
 * the cache where it can. Errors have npm's own shape, because npm reads them.
 * Search and audit are passed on. Whatever else a registry offers (publishing, sign-in) answers 404, which npm takes
 * as "this registry has none".
 */
export const registryRoute = ({ mirror, log }: { mirror: RegistryMirror; log: Logger }) =>
  new Hono().all(`${MIRROR_PATH}*`, bodyLimit({ maxSize: AUDIT_LIMIT_BYTES, onError: tooLarge }), async (c) => {
    const { pathname, search } = new URL(c.req.url);
    const path = pathname.slice(MIRROR_PATH.length);
    if (isService(c.req.method, path)) return await passOn(c, mirror, log, path, search);
    const asked = parsePackagePath(path);
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
          return sendFile(c, found.entry, {
            ETag: etag,
            'Content-Type': contentType,
            'Cache-Control': 'public, max-age=300',
            Vary: 'Accept',
          });
        }
        case 'no-such-package':
          return c.json({ error: 'Not found' }, 404);
        case 'unreachable':
          return unreachable(found.cause);
      }
    }
    if (asked.kind === 'manifest' || asked.kind === 'tags') {
      const found = await packuments.get(asked.name, { abbreviated: false });
      if (found.outcome === 'unreachable') return unreachable(found.cause);
      const packument = found.outcome === 'found' ? await packuments.read(found.entry) : {};
      const tags = packument['dist-tags'] ?? {};
      if (asked.kind === 'tags') return found.outcome === 'found' ? c.json(tags) : c.json({ error: 'Not found' }, 404);
      const version = Object.hasOwn(tags, asked.version) ? (tags[asked.version] ?? '') : asked.version;
      const manifest = Object.hasOwn(packument.versions ?? {}, version) ? packument.versions?.[version] : undefined;
      return manifest === undefined ? c.json({ error: `version not found: ${asked.version}` }, 404) : c.json(manifest);
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

const tooLarge = (c: Context): Response => c.json({ error: `More than ${AUDIT_LIMIT_BYTES} bytes` }, 413);

async function passOn(c: Context, mirror: RegistryMirror, log: Logger, path: string, query: string): Promise<Response> {
  const encoding = c.req.header('content-encoding');
  const body = c.req.method === 'POST' ? { bytes: new Uint8Array(await c.req.arrayBuffer()), encoding } : undefined;
  try {
    const answer = await (await mirror.parts()).services.ask(path, query, body);
    return new Response(answer.body, { status: answer.status, headers: { 'Content-Type': answer.contentType } });
  } catch (cause) {
    log.warn({ err: cause, path }, 'the registry does not answer');
    return c.json({ error: 'The registry cannot be reached' }, 504);
  }
}

function sendFile(c: Context, entry: { file: string; size: number }, headers: Record<string, string>): Response {
  if (c.req.header('if-none-match') === headers['ETag']) return c.body(null, 304, headers);
  const all = { ...headers, 'Content-Length': String(entry.size) };
  if (c.req.method === 'HEAD') return c.body(null, 200, all);
  return c.body(Readable.toWeb(createReadStream(entry.file)) as ReadableStream, 200, all);
}
