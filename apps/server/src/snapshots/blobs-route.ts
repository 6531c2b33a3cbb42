import type { BlobStore } from '@slipway/blobs';
import { storeOwned } from '@slipway/blobs';
import { missingBlobsBody, type MissingBlobsResponse, type PutBlobResponse } from '@slipway/contracts';
import { type Db, hasBlobRight, listMissingBlobs } from '@slipway/db';
import { type Quotas, quotaExceeded } from '../quotas/quotas.ts';
import { Hono } from 'hono';
import type { Config } from '../config/config.ts';
import { fail } from '../http/api-error.ts';
import { type LargeBody, readBody } from '../http/body-limit.ts';
import { jsonBody } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';

const BLOB_PATH = '/blobs/:sha256{[0-9a-f]{64}}';
/** Room for a hundred thousand hashes of 64 digits, with quotes and commas. */
const MISSING_LIMIT_BYTES = 8 * 1024 * 1024;

/** Bodies that may be larger than others; a blob's limit is the operator's. */
export const blobBodies = (config: Config): LargeBody[] => [
  { method: 'POST', path: /^\/api\/v1\/blobs\/missing$/, limitBytes: MISSING_LIMIT_BYTES },
  { method: 'PUT', path: /^\/api\/v1\/blobs\/[0-9a-f]{64}$/, limitBytes: config.BLOB_LIMIT_BYTES },
];

/** `quotas` is asked when the bytes have come, by their true length; `config` has the largest blob. */
export interface BlobNeeds {
  db: Db;
  blobs: BlobStore;
  config: Config;
  quotas: Quotas;
}

/** /blobs — bytes by their SHA-256. */
export const blobsRoute = ({ db, blobs, config, quotas }: BlobNeeds) =>
  new Hono<UserEnv>()
    .post('/blobs/missing', jsonBody(missingBlobsBody, MISSING_LIMIT_BYTES), async (c) => {
      const missing = await listMissingBlobs(db, c.var.owner, c.req.valid('json').sha256);
      return c.json({ missing } satisfies MissingBlobsResponse);
    })
    .put(BLOB_PATH, async (c) => {
      const named = c.req.param('sha256');
      const length = c.req.header('content-length');
      // Before it is read, where it says how long it is: what has no room need not come. It is never longer than that.
      const told = length === undefined ? undefined : await quotas.roomFor(c.var.owner, Number(length));
      if (told?.outcome === 'full') return quotaExceeded(c, 'storedBytes', told.limit);
      const body = await readBody(c, config.BLOB_LIMIT_BYTES);
      if (body.outcome === 'refused') return body.answer;
      const room = told ?? (await quotas.roomFor(c.var.owner, body.bytes.length));
      if (room.outcome === 'full') return quotaExceeded(c, 'storedBytes', room.limit);
      const put = await storeOwned(blobs, db, c.var.owner, { sha256: named, body: body.bytes });
      switch (put.outcome) {
        case 'stored':
          return c.json({ sha256: named, size: put.size } satisfies PutBlobResponse);
        case 'mismatch':
          return fail(c, 'BLOB_MISMATCH', 'The body has another hash than its address', { sha256: put.sha256 });
        case 'too-large':
          return fail(c, 'PAYLOAD_TOO_LARGE', `A blob may have ${put.limitBytes} bytes`);
      }
    })
    .get(BLOB_PATH, async (c) => {
      const sha256 = c.req.param('sha256');
      const read = (await hasBlobRight(db, c.var.owner, sha256)) ? await blobs.get(sha256) : undefined;
      if (read?.outcome !== 'found') return fail(c, 'BLOB_NOT_FOUND', 'No such blob');
      // User bytes on the app's own origin: never as a page.
      return c.body(read.stream, 200, {
        'Content-Length': String(read.size),
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': 'attachment',
        'Cache-Control': 'private, max-age=31536000, immutable',
      });
    });
