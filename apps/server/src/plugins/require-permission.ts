import { type Db, listPermissions } from '@slipway/db';
import { createMiddleware } from 'hono/factory';
import { fail } from '../http/api-error.ts';
import type { UserEnv } from '../http/server-env.ts';

/** Behind `requireUser`: whose role has the permission, by the database and for each request anew. */
export const requirePermission = (db: Db, permission: 'plugin.admin' | 'plugin.list') =>
  createMiddleware<UserEnv>(async (c, next) => {
    const held = await listPermissions(db, c.var.owner);
    if (!held.includes(permission)) return fail(c, 'FORBIDDEN', `This needs the permission "${permission}"`);
    return await next();
  });
