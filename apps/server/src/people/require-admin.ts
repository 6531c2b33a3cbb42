import { createMiddleware } from 'hono/factory';
import { fail } from '../http/api-error.ts';
import type { UserEnv } from '../http/server-env.ts';

/** Behind `requireUser`: admins alone. The role is read from the database for each request, so it ends at once. */
export const requireAdmin = createMiddleware<UserEnv>(async (c, next) => {
  if (c.var.user.role !== 'admin') return fail(c, 'FORBIDDEN', 'Only admins may do this');
  return await next();
});
