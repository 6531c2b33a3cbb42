import type { TokenSigner } from './token-signer.ts';
import type { UserService } from './user-service.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { Config } from '../config/config.ts';
import { loginBody, type MeResponse, type OkResponse, setPasswordBody } from '@slipway/contracts';
import { type Db, revokeSession, setPassword } from '@slipway/db';
import { Hono } from 'hono';
import type { SecretBox } from '@slipway/secrets';
import { fail, failAs } from '../http/api-error.ts';
import { jsonBody } from '../http/read-body.ts';
import type { ServerEnv, UserEnv } from '../http/server-env.ts';
import { auditRequest } from '../audit/audit-request.ts';
import { clientOf } from './client-of.ts';
import { confirmPassword } from './confirm-password.ts';
import { getOwnerForRequest } from './local-owner.ts';
import { type Passwords, PasswordsBusyError } from './passwords.ts';
import type { OidcService } from './oidc-service.ts';
import { keepUpstreamToken, refreshSession } from './refresh-session.ts';
import { createRefreshCookie } from './refresh-cookie.ts';
import { requireSameOrigin } from './require-same-origin.ts';
import { requireUser } from './require-user.ts';
import { createSessionTokens } from './session-tokens.ts';
import { countAttempt } from './sign-in-guard.ts';

/** `users` is whichever service vouches for people here. */
export interface AuthNeeds {
  db: Db;
  config: Config;
  hosts: Hosts;
  signer: TokenSigner;
  users: UserService;
  passwords: Passwords;
  secretBox: SecretBox;
  /** Where the operator has named an identity provider. */
  oidc: OidcService | undefined;
}

/** /api/v1/auth: sign-in, refresh, sign-out. */
export function authRoute(services: AuthNeeds) {
  const { db, signer, users, hosts, passwords } = services;
  const cookie = createRefreshCookie(hosts.appOrigin);
  const tokens = createSessionTokens(db, signer);
  const sameOrigin = requireSameOrigin(hosts.appOrigin);

  const open = new Hono<ServerEnv>()
    .post('/login', jsonBody(loginBody), async (c) => {
      // A sibling's page must not sign the browser in as somebody else; a program without an Origin may.
      const origin = c.req.header('origin');
      if (origin !== undefined && origin !== hosts.appOrigin && !services.config.ALLOWED_ORIGINS.includes(origin)) {
        return fail(c, 'ORIGIN_REFUSED', 'This may only be called by the app itself');
      }
      const { email, password } = c.req.valid('json');
      const counted = await countAttempt(db, c, email);
      if (counted.outcome === 'refused') return counted.answer;
      const result = await users.authenticate({ email, password });
      if (result.outcome === 'busy') return await counted.attempt.busy();
      if (result.outcome === 'away') return fail(c, 'SERVICE_UNAVAILABLE', result.message);
      if (result.outcome === 'refused') return failAs(c, result);
      if (result.outcome !== 'authenticated') {
        // For the person it was tried on; as many lines as the account has attempts.
        if (result.personId !== undefined)
          await auditRequest(db, c, { personId: result.personId, action: 'session.refuse' });
        return fail(c, 'INVALID_CREDENTIALS', 'Wrong email or password');
      }
      await counted.attempt.succeeded();
      const session = await tokens.open(result.user.id, clientOf(c));
      await keepUpstreamToken(services, session.familyId, result.upstreamToken, 'password');
      cookie.set(c, session.refreshToken);
      await auditRequest(db, c, { actorId: result.user.id, action: 'session.open' });
      return c.json(tokens.describe(result.user, session.familyId));
    })
    .post('/local', sameOrigin, async (c) => {
      const owner = await getOwnerForRequest(services, c);
      if (!owner) return fail(c, 'LOCAL_OWNER_UNAVAILABLE', 'Sign in with email and password');
      const session = await tokens.open(owner.id, clientOf(c));
      await auditRequest(db, c, { actorId: owner.id, action: 'session.open', details: { by: 'machine' } });
      cookie.set(c, session.refreshToken);
      return c.json(tokens.describe(owner, session.familyId));
    })
    .post('/refresh', sameOrigin, async (c) => {
      const refreshToken = cookie.read(c);
      if (refreshToken === undefined) return fail(c, 'UNAUTHORIZED', 'No refresh token provided');
      const result = await refreshSession(services, tokens, refreshToken);
      switch (result.outcome) {
        case 'refreshed':
          cookie.set(c, result.refreshToken);
          return c.json(tokens.describe(result.user, result.familyId));
        case 'invalid':
          cookie.clear(c);
          return fail(c, 'UNAUTHORIZED', 'Invalid or expired refresh token');
        case 'away':
          return fail(c, 'SERVICE_UNAVAILABLE', result.message);
      }
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
      const confirmed = await confirmPassword(services, c, currentPassword);
      if (confirmed.outcome === 'refused') return confirmed.answer;
      let passwordHash: string;
      try {
        passwordHash = await passwords.hash(password);
      } catch (error) {
        if (!(error instanceof PasswordsBusyError)) throw error;
        c.header('Retry-After', '5');
        return fail(c, 'SERVICE_UNAVAILABLE', 'Too many sign-ins at once: try again in a moment');
      }
      const result = await setPassword(db, {
        userId: c.var.owner,
        previousHash: confirmed.previousHash,
        passwordHash,
        email,
        keepFamilyId: c.var.access.kind === 'session' ? c.var.access.familyId : null,
      });
      switch (result.outcome) {
        case 'set':
          await auditRequest(db, c, { action: 'password.set' });
          return c.json({ success: true } satisfies OkResponse);
        case 'changed-elsewhere':
          return fail(c, 'PASSWORD_ALREADY_SET', 'The password was changed elsewhere');
        case 'email-taken':
          return fail(c, 'VALIDATION_ERROR', 'Invalid input', [{ field: 'email', message: 'belongs to another user' }]);
      }
    });

  return new Hono<ServerEnv>().route('/', open).route('/', signedIn);
}
