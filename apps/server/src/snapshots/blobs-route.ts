import { createHash } from 'node:crypto';
import { missingBlobsBody, type MissingBlobsResponse, type PutBlobResponse } from '@slipway/contracts';
import { getBlob, listMissingBlobs, putBlob } from '@slipway/db';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { fail } from '../http/api-error.ts';
import { jsonBody } from '../http/read-body.ts';
import type { Services, UserEnv } from '../http/server-env.ts';

const blobPath = '/blobs/:sha256{[0-9a-f]{64}}';

/** /blobs — bytes by their SHA-256. */
export const blobsRoute = ({ db, config }: Services) =>
  new Hono<UserEnv>()
    .post('/blobs/missing', jsonBody(missingBlobsBody), async (c) => {
      const missing = await listMissingBlobs(db, c.var.owner, c.req.valid('json').sha256);
      return c.json({ missing } satisfies MissingBlobsResponse);
    })
    .put(
      blobPath,
      bodyLimit({
        maxSize: config.BLOB_LIMIT_BYTES,
        onError: (c) => fail(c, 'PAYLOAD_TOO_LARGE', `A file may have at most ${config.BLOB_LIMIT_BYTES} bytes`),
      }),
      async (c) => {
        const named = c.req.param('sha256');
        const bytes = new Uint8Array(await c.req.arrayBuffer());
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        if (sha256 !== named) return fail(c, 'BLOB_MISMATCH', 'The body has another hash than its address', { sha256 });
        await putBlob(db, c.var.owner, { sha256, bytes });
        return c.json({ sha256, size: bytes.length } satisfies PutBlobResponse);
      },
    )
    .get(blobPath, async (c) => {
      const bytes = await getBlob(db, c.var.owner, c.req.param('sha256'));
      if (!bytes) return fail(c, 'BLOB_NOT_FOUND', 'No such blob');
      // User bytes on the app's own origin: never as a page.
      return c.body(Uint8Array.from(bytes), 200, {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': 'attachment',
        'Cache-Control': 'private, max-age=31536000, immutable',
      });
    });
