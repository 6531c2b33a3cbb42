import type { SessionResponse } from '@slipway/contracts';
import type { Context } from 'hono';
import type { ServerEnv } from '../http/server-env.ts';
import type { AuthNeeds } from './auth-route.ts';
import { auditRequest } from '../audit/audit-request.ts';
import { clientOf } from './client-of.ts';
import { getOwnerForRequest } from './local-owner.ts';
import { refreshSession } from './refresh-session.ts';
import { createRefreshCookie } from './refresh-cookie.ts';
import { createSessionTokens } from './session-tokens.ts';

/**
 * Signs a browser in by what it brings: its refresh cookie (AU-02), else the
 * machine's owner (AU-10). Sets the new cookie on the answer, clears one that is
 * not good any more; `nobody` where a person has to sign in. Only behind
 * `requireSameOrigin`: the cookie alone proves nothing (AU-09).
 */
export async function openSession(
  services: AuthNeeds,
  c: Context<ServerEnv>,
): Promise<{ outcome: 'open'; session: SessionResponse['data'] } | { outcome: 'nobody' | 'away' }> {
  const { db, signer, hosts, config } = services;
  const cookie = createRefreshCookie(hosts.appOrigin);
  const tokens = createSessionTokens(db, signer);
  const refreshToken = cookie.read(c);
  if (refreshToken !== undefined) {
    const result = await refreshSession(services, tokens, refreshToken);
    if (result.outcome === 'away') return { outcome: 'away' };
    if (result.outcome === 'refreshed') {
      cookie.set(c, result.refreshToken);
      return { outcome: 'open', session: tokens.describe(result.user, result.familyId).data };
    }
  }
  const owner = await getOwnerForRequest({ db, config }, c);
  if (owner === undefined) {
    if (refreshToken !== undefined) cookie.clear(c);
    return { outcome: 'nobody' };
  }
  const session = await tokens.open(owner.id, clientOf(c));
  await auditRequest(db, c, { actorId: owner.id, action: 'session.open', details: { by: 'machine' } });
  cookie.set(c, session.refreshToken);
  return { outcome: 'open', session: tokens.describe(owner, session.familyId).data };
}
