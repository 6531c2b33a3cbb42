import { type Db, getSessionUser } from '@slipway/db';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { fail } from '../http/api-error.ts';
import type { UserEnv } from '../http/server-env.ts';
import type { Access } from '../http/access.ts';
import { authenticateToken, isAccessToken } from './authenticate-token.ts';
import type { TokenSigner } from './token-signer.ts';
import { checkTokenRule } from './token-rules.ts';

/** The one way into the API: `Authorization: Bearer`. No cookie is looked at (AU-09). */
export const requireUser = ({ db, signer }: { db: Db; signer: TokenSigner }) =>
  createMiddleware<UserEnv>(async (c, next) => {
    const token = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (token === undefined) return unauthorized(c, 'No access token provided');
    if (isAccessToken(token)) {
      const found = await authenticateToken(db, token);
      if (!found) return unauthorized(c, 'Invalid or expired access token');
      const access: Access = { kind: 'token', tokenId: found.tokenId, scopes: found.scopes };
      const { method, path } = c.req;
      const checked = await checkTokenRule(db, { method, path, owner: found.owner }, access);
      if (checked.outcome === 'sessions-only')
        return fail(c, 'SCOPE_MISSING', 'An access token cannot do this: sign in instead');
      if (checked.outcome === 'missing')
        return fail(c, 'SCOPE_MISSING', `The access token has no scope "${checked.verb}" here`, { verb: checked.verb });
      c.set('user', found.user);
      c.set('access', access);
    } else {
      const claims = signer.readAccess(token);
      const user = claims && (await getSessionUser(db, claims.family));
      if (!claims || !user) return unauthorized(c, 'Invalid or expired access token');
      c.set('user', user);
      c.set('access', { kind: 'session', familyId: claims.family });
    }
    c.set('owner', c.var.user.id);
    await next();
  });

/** RFC 6750, 3: the challenge goes with every 401. */
function unauthorized(c: Context, message: string): Response {
  c.header('WWW-Authenticate', 'Bearer');
  return fail(c, 'UNAUTHORIZED', message);
}
