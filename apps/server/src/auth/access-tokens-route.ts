import {
  ACCESS_TOKENS_LIMIT,
  type AccessTokenListResponse,
  createAccessTokenBody,
  type CreateAccessTokenResponse,
  type OkResponse,
} from '@slipway/contracts';
import { createAccessToken, type Db, listAccessTokens, revokeAccessToken } from '@slipway/db';
import { Hono } from 'hono';
import { auditRequest } from '../audit/audit-request.ts';
import { fail } from '../http/api-error.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { makeAccessToken } from './authenticate-token.ts';

/** In microseconds, as the database counts. */
const DAY_US = 86_400_000_000;

/** /access-tokens — a person's tokens for programs (SV-14). No token reaches these routes. */
export const accessTokensRoute = ({ db }: { db: Db }) =>
  new Hono<UserEnv>()
    .get('/access-tokens', async (c) =>
      c.json({ accessTokens: await listAccessTokens(db, c.var.owner) } satisfies AccessTokenListResponse),
    )
    .post('/access-tokens', jsonBody(createAccessTokenBody), async (c) => {
      const { name, scopes, expiresInDays } = c.req.valid('json');
      const { token, tokenHash, ending } = makeAccessToken();
      const lifetimeUs = expiresInDays * DAY_US;
      const result = await createAccessToken(db, c.var.owner, { name, tokenHash, ending, lifetimeUs, scopes });
      switch (result.outcome) {
        case 'created': {
          const { accessToken } = result;
          await auditRequest(db, c, { action: 'token.create', target: accessToken.id, details: { name } });
          return c.json({ accessToken, token } satisfies CreateAccessTokenResponse, 201);
        }
        case 'project-missing':
          return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
        case 'too-many':
          return fail(c, 'TOO_MANY', `There are ${ACCESS_TOKENS_LIMIT} access tokens already: revoke one first`);
      }
    })
    .delete(`/access-tokens/:tokenId{${UUID_PATTERN}}`, async (c) => {
      const tokenId = c.req.param('tokenId');
      const result = await revokeAccessToken(db, c.var.owner, tokenId);
      if (result.outcome === 'missing') return fail(c, 'ACCESS_TOKEN_NOT_FOUND', 'No such access token');
      await auditRequest(db, c, { action: 'token.revoke', target: tokenId, details: { name: result.name } });
      return c.json({ success: true } satisfies OkResponse);
    });
