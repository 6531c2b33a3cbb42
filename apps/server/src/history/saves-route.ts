import { readSave, saveChanges, type SaveNeeds } from '@slipway/blobs';
import { SAVE_TYPE, type SaveResponse } from '@slipway/contracts';
import { Hono } from 'hono';
import type { Config } from '../config/config.ts';
import { fail } from '../http/api-error.ts';
import { type LargeBody, readBody } from '../http/body-limit.ts';
import type { Lanes } from '../http/lanes.ts';
import { UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { inWriteLane } from '../http/write-lanes.ts';
import { type Quotas, quotaExceeded } from '../quotas/quotas.ts';

const savesPath = `/projects/:projectId{${UUID_PATTERN}}/saves`;
/** Larger files are put as blobs first: a save is held in memory as a whole. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

/** See `BODY_LIMIT_BYTES`; the listener has to know of it before a route is found. */
export const saveBodies: LargeBody[] = [
  { method: 'POST', path: new RegExp(`^/api/v1/projects/${UUID_PATTERN}/saves$`), limitBytes: BODY_LIMIT_BYTES },
];

/** `writes` is the owner's lane, shared with all else that writes; `quotas` is asked by the body's whole length. */
export interface SavesRouteNeeds extends Pick<SaveNeeds, 'db' | 'blobs'> {
  config: Config;
  writes: Lanes;
  quotas: Quotas;
}

/** /projects/:id/saves — the paths that a device changed become the next snapshot. */
export const savesRoute = ({ db, blobs, config, writes, quotas }: SavesRouteNeeds) =>
  new Hono<UserEnv>().post(savesPath, async (c) => {
    if (c.req.header('content-type') !== SAVE_TYPE)
      return fail(c, 'VALIDATION_ERROR', `Content-Type must be ${SAVE_TYPE}`);
    const body = await readBody(c, BODY_LIMIT_BYTES);
    if (body.outcome === 'refused') return body.answer;
    const read = readSave(new Uint8Array(body.bytes));
    if (read.outcome === 'malformed') return fail(c, 'VALIDATION_ERROR', read.message, read.details);
    const room = await quotas.roomFor(c.var.owner, body.bytes.length);
    if (room.outcome === 'full') return quotaExceeded(c, 'storedBytes', room.limit);
    return await inWriteLane(c, writes, async () => {
      const result = await saveChanges(
        { db, blobs, entriesLimit: config.TREE_LIMIT_ENTRIES, fileLimitBytes: config.BLOB_LIMIT_BYTES },
        { ownerId: c.var.owner, projectId: c.req.param('projectId'), save: read.save },
      );
      switch (result.outcome) {
        case 'saved':
        case 'unchanged': {
          const { snapshot, merged = null } = result;
          return c.json({ snapshot, merged } satisfies SaveResponse, result.outcome === 'saved' ? 201 : 200);
        }
        // No fence goes with a save of a tab: only a project that is gone ends so.
        case 'holder-lost':
        case 'project-missing':
          return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
        case 'stale': {
          const { revision, head, changed } = result;
          return fail(c, 'STALE_REVISION', 'The project changed elsewhere', { revision, head, changed });
        }
        case 'missing':
          return fail(c, 'MISSING_CONTENT', 'Some bytes have to be sent whole', { paths: result.paths });
        case 'mismatch':
          return fail(c, 'BLOB_MISMATCH', `"${result.path}" has other bytes than it says`);
        case 'too-large':
          return fail(c, 'PAYLOAD_TOO_LARGE', `A file may have ${result.limitBytes} bytes`);
        case 'too-many-entries':
          return fail(c, 'INVALID_TREE', `more than ${config.TREE_LIMIT_ENTRIES} entries`);
        case 'busy':
          c.header('Retry-After', '2');
          return fail(c, 'RATE_LIMITED', 'Others save this project at the same time: try again in a moment');
      }
    });
  });
