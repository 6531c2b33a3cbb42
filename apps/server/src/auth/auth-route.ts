import { loginBody, type MeResponse, type OkResponse, setPasswordBody } from '@slipway/contracts';
import { getCredential, revokeSession, setPassword } from '@slipway/db';
import { Hono } from 'hono';
import { fail } from '../http/api-error.ts';
import { jsonBody } from '../http/read-body.ts';
import type { ServerEnv, Services, UserEnv } from '../http/server-env.ts';
import { createAttemptLimiter } from './attempt-limiter.ts';
import { getOwnerForRequest } from './local-owner.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { createRefreshCookie } from './refresh-cookie.ts';
import { requireSameOrigin } from './require-same-origin.ts';
import { requireUser } from './require-user.ts';
import { createSessionTokens } from './session-tokens.ts';

/** /api/v1/auth: sign-in, refresh, sign-out. */
export function authRoute(services: Services) {
  const { db, signer, users, hosts } = services;
  const cookie = createRefreshCookie(hosts.appOrigin);
  const tokens = createSessionTokens(db, signer);
  const limiter = createAttemptLimiter({ attempts: 10, refillMs: 30_000, maxKeys: 10_000, now: () => performance.now() });
  const sameOrigin = requireSameOrigin(hosts.appOrigin);

  const open = new Hono<ServerEnv>()
    .post('/login', jsonBody(loginBody), async (c) => {
      // A sibling's page must not sign the browser in as somebody else; a program without an Origin may.
      const origin = c.req.header('origin');
      if (origin !== undefined && origin !== hosts.appOrigin && !services.config.ALLOWED_ORIGINS.includes(origin)) {
        return fail(c, 'ORIGIN_REFUSED', 'This may only be called by the app itself');
      }
      const { email, password } = c.req.valid('json');
      const key = `${c.env?.incoming?.socket.remoteAddress} ${email}`;
      if (!limiter.allows(key)) return fail(c, 'RATE_LIMITED', 'Too many wrong sign-ins: wait a minute and try again');
      const result = await users.authenticate(email, password);
      if (result.outcome === 'wrong') {
        limiter.failed(key);
        return fail(c, 'INVALID_CREDENTIALS', 'Wrong email or password');
      }
      limiter.succeeded(key);
      const session = await tokens.open(result.user.id);
      cookie.set(c, session.refreshToken);
      return c.json(tokens.describe(result.user, session.familyId));
    })
    .post('/local', sameOrigin, async (c) => {
      const owner = await getOwnerForRequest(services, c);
      if (!owner) return fail(c, 'LOCAL_OWNER_UNAVAILABLE', 'Sign in with email and password');
      const session = await tokens.open(owner.id);
      cookie.set(c, session.refreshToken);
      return c.json(tokens.describe(owner, session.familyId));
    })
    .post('/refresh', sameOrigin, async (c) => {
      const refreshToken = cookie.read(c);
      if (refreshToken === undefined) return fail(c, 'UNAUTHORIZED', 'No refresh token provided');
      const result = await tokens.rotate(refreshToken);
      const user = result.outcome === 'rotated' ? await users.getUserById(result.userId) : undefined;
      if (result.outcome === 'invalid' || !user) {
        cookie.clear(c);
        return fail(c, 'UNAUTHORIZED', 'Invalid or expired refresh token');
      }
      cookie.set(c, result.refreshToken);
      return c.json(tokens.describe(user, result.familyId));
    })
    .post('/sign-out', sameOrigin, async (c) => {
      const refreshToken = cookie.read(c);
      if (refreshToken !== undefined) await revokeSession(db, tokens.hash(refreshToken));
      cookie.clear(c);
      return c.json({ success: true } satisfies OkResponse);
    });

  const signedIn = new Hono<UserEnv>()
    .use(requireUser(services))
    .get('/me', (c) => c.json({ user: c.var.user } satisfies MeResponse))
    .put('/password', jsonBody(setPasswordBody), async (c) => {
      const { currentPassword, password, email } = c.req.valid('json');
      const existing = await getCredential(db, c.var.user.email);
      if (existing && !(currentPassword !== undefined && (await verifyPassword(currentPassword, existing.passwordHash)))) {
        return fail(c, 'INVALID_CREDENTIALS', 'Wrong current password');
      }
      const result = await setPassword(db, {
        userId: c.var.owner,
        previousHash: existing?.passwordHash ?? null,
        passwordHash: await hashPassword(password),
        email,
        keepFamilyId: c.var.familyId,
      });
      switch (result.outcome) {
        case 'set':
          return c.json({ success: true } satisfies OkResponse);
        case 'changed-elsewhere':
          return fail(c, 'PASSWORD_ALREADY_SET', 'The password was changed elsewhere');
        case 'email-taken':
          return fail(c, 'VALIDATION_ERROR', 'Invalid input', [{ field: 'email', message: 'belongs to another user' }]);
      }
    });

  return new Hono<ServerEnv>().route('/', open).route('/', signedIn);
}
