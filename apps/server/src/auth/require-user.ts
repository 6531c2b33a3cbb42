import { type Db, getSessionUser } from '@slipway/db';
import { createMiddleware } from 'hono/factory';
import { fail } from '../http/api-error.ts';
import type { UserEnv } from '../http/server-env.ts';
import type { TokenSigner } from './token-signer.ts';

/** The one way into the API: `Authorization: Bearer`. No cookie is looked at (AU-09). */
export const requireUser = ({ db, signer }: { db: Db; signer: TokenSigner }) =>
  createMiddleware<UserEnv>(async (c, next) => {
    const token = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    const claims = token === undefined ? undefined : signer.readAccess(token);
    const user = claims && (await getSessionUser(db, claims.family));
    if (!claims || !user) {
      c.header('WWW-Authenticate', 'Bearer');
      return fail(c, 'UNAUTHORIZED', token === undefined ? 'No access token provided' : 'Invalid or expired access token');
    }
    c.set('user', user);
    c.set('owner', user.id);
    c.set('familyId', claims.family);
    await next();
  });
