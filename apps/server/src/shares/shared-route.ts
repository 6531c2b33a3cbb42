import { type BlobStore, readFileAt, readSnapshotEntries } from '@slipway/blobs';
import {
  lookAtShareBody,
  SHARED_FILE_BYTES,
  sharedFileBody,
  SHARED_FILES_LIMIT,
  SHARED_MOUNT_BYTES,
  SHARED_ORIGIN_HEADER,
  type SharedProjectResponse,
} from '@slipway/contracts';
import { type Db, findShare, getSnapshotHead } from '@slipway/db';
import { Hono } from 'hono';
import { requireSameOrigin } from '../auth/require-same-origin.ts';
import { shareLabelOf } from '@slipway/wire';
import { fillLabel, type Hosts } from '../hosts/hosts.ts';
import { fail } from '../http/api-error.ts';
import { clientAddress } from '../http/client-address.ts';
import { jsonBody } from '../http/read-body.ts';
import type { ServerEnv } from '../http/server-env.ts';
import { createMountLanes, inMountLane, readMount } from '../snapshots/mount-lane.ts';
import { hashShareToken } from '../hosts/hash-share-token.ts';
import { NO_SUCH_SHARE } from './shares-route.ts';

/** /shared — what anybody who has a link may see, signed in or not (UX-15). */
export function sharedRoute({ db, blobs, hosts }: { db: Db; blobs: BlobStore; hosts: Hosts }) {
  // Anybody asks for them, and each is all of a project in memory.
  const mounts = createMountLanes(4);
  return new Hono<ServerEnv>()
    .use('/shared', requireSameOrigin(hosts.appOrigin))
    .use('/shared/file', requireSameOrigin(hosts.appOrigin))
    .use('/shared/mount', requireSameOrigin(hosts.appOrigin))
    .post('/shared', jsonBody(lookAtShareBody), async (c) => {
      const share = await findShare(db, hashShareToken(c.req.valid('json').token), 'view');
      if (!share) return fail(c, 'LINK_NOT_VALID', NO_SUCH_SHARE);
      const { kind, ownerId, projectId, expiresAt } = share;
      const entries = (await readSnapshotEntries(blobs, db, ownerId, projectId, 'latest')) ?? [];
      const files = entries.flatMap((entry) => (entry.kind === 'file' ? [{ path: entry.path, size: entry.size }] : []));
      return c.json({
        kind,
        name: share.projectName,
        owner: share.ownerName,
        expiresAt,
        files: files.slice(0, SHARED_FILES_LIMIT),
        cut: files.length > SHARED_FILES_LIMIT,
      } satisfies SharedProjectResponse);
    })
    .post('/shared/mount', jsonBody(lookAtShareBody), async (c) => {
      const tokenHash = hashShareToken(c.req.valid('json').token);
      const share = await findShare(db, tokenHash);
      if (!share) return fail(c, 'LINK_NOT_VALID', NO_SUCH_SHARE);
      const from = { ownerId: share.ownerId, projectId: share.projectId, snapshotId: 'latest' };
      const mount = await inMountLane(mounts, clientAddress(c.env), () =>
        readMount({ blobs, db }, from, SHARED_MOUNT_BYTES),
      );
      if (mount === 'busy') {
        c.header('Retry-After', '2');
        return fail(c, 'RATE_LIMITED', 'Too many requests at once: try again in a moment');
      }
      if (mount === 'missing') return fail(c, 'LINK_NOT_VALID', NO_SUCH_SHARE);
      if (mount === 'too-large')
        return fail(c, 'PAYLOAD_TOO_LARGE', 'The project is too large to run from its link: run a copy of it');
      return c.body(mount.stream, 200, {
        'Content-Type': 'application/octet-stream',
        [SHARED_ORIGIN_HEADER]: fillLabel(hosts.runtimePattern, shareLabelOf(tokenHash)),
      });
    })
    .post('/shared/file', jsonBody(sharedFileBody), async (c) => {
      const { token, path } = c.req.valid('json');
      const share = await findShare(db, hashShareToken(token));
      const head = share && (await getSnapshotHead(db, share.ownerId, share.projectId, 'latest'));
      if (!share || !head) return fail(c, 'LINK_NOT_VALID', NO_SUCH_SHARE);
      const bytes = await readFileAt(blobs, db, share.projectId, head, path);
      if (!bytes) return fail(c, 'FILE_NOT_FOUND', 'No such file');
      if (bytes.length > SHARED_FILE_BYTES)
        return fail(c, 'PAYLOAD_TOO_LARGE', `Files above ${SHARED_FILE_BYTES / 1024} KiB are shown in a copy only`);
      // User bytes on the app's own origin: never as a page.
      return c.body(bytes, 200, {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': 'attachment',
      });
    });
}
