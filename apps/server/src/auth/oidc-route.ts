import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as z from 'zod';
import { auditRequest } from '../audit/audit-request.ts';
import { errorPage } from '../http/error-page.ts';
import type { ServerEnv } from '../http/server-env.ts';
import type { AuthNeeds } from './auth-route.ts';
import { clientOf } from './client-of.ts';
import type { OidcService } from './oidc-service.ts';
import { createRefreshCookie, isTrustworthy } from './refresh-cookie.ts';
import { keepUpstreamToken } from './refresh-session.ts';
import { createSessionTokens } from './session-tokens.ts';
import { countAttempt } from './sign-in-guard.ts';

/** As long as a person may take at the identity provider. */
const FLOW_SECONDS = 600;
/** What the seal is bound to: a value sealed for another place does not open here. */
const PLACE = 'cookie:oidc';
/** What the cookie holds. `expires` is looked at as well as the cookie's own end, which is the browser's to keep. */
const kept = z.strictObject({ state: z.string(), nonce: z.string(), verifier: z.string(), expires: z.number() });

/** /auth/oidc — to the identity provider and back (SV-13). Both are pages: a browser goes there by itself. */
export function oidcRoute(services: AuthNeeds & { oidc: OidcService }) {
  const { db, hosts, signer, oidc, secretBox } = services;
  const secure = isTrustworthy(hosts.appOrigin);
  const cookieName = secure ? '__Host-oidc' : 'oidc';
  const attributes = { path: '/', httpOnly: true, secure, sameSite: 'Lax' } as const;
  const back = { href: '/', text: 'Back to the start' };
  const away = {
    title: 'The identity provider does not answer',
    text: 'Try again in a moment. If it stays so, whoever runs this server finds the reason in its log.',
    link: back,
  };

  return new Hono<ServerEnv>()
    .get('/start', async (c) => {
      const begun = await oidc.begin();
      if (!begun) return errorPage(c, 503, away);
      // Lax, since the provider's page sends the browser back; sealed, since it holds what the code is worth nothing
      // without.
      const text = JSON.stringify({ ...begun.flow, expires: Date.now() + FLOW_SECONDS * 1000 });
      setCookie(c, cookieName, secretBox.seal(text, PLACE), { ...attributes, maxAge: FLOW_SECONDS });
      return c.redirect(begun.url.href, 303);
    })
    .get('/callback', async (c) => {
      const flow = readFlow(getCookie(c, cookieName));
      deleteCookie(c, cookieName, attributes);
      const failed = (text: string, status: 401 | 403 | 409 = 401) =>
        errorPage(c, status, { title: 'You are not signed in', text, link: back });
      if (!flow) return failed('The sign-in took too long, or was begun in another browser: begin again.');
      const counted = await countAttempt(db, c, `oidc ${flow.state}`);
      if (counted.outcome === 'refused') return counted.answer;
      const url = new URL(c.req.url);
      const currentUrl = new URL(`${url.pathname}${url.search}`, hosts.appOrigin);
      const result = await oidc.authenticate({ currentUrl, flow });
      switch (result.outcome) {
        case 'authenticated': {
          await counted.attempt.succeeded();
          const session = await createSessionTokens(db, signer).open(result.user.id, clientOf(c));
          await keepUpstreamToken(services, session.familyId, result.upstreamToken, 'oidc');
          createRefreshCookie(hosts.appOrigin).set(c, session.refreshToken);
          await auditRequest(db, c, { actorId: result.user.id, action: 'session.open', details: { by: 'oidc' } });
          return c.redirect('/', 303);
        }
        case 'refused':
          return failed(`${result.message}.`, result.status === 409 ? 409 : 403);
        case 'away':
          return errorPage(c, 503, away);
        case 'wrong':
        case 'busy':
          return failed('The identity provider did not confirm who you are.');
      }
    });

  function readFlow(sealed: string | undefined): z.infer<typeof kept> | undefined {
    if (sealed === undefined) return undefined;
    const text = openQuietly(sealed);
    const flow = text === undefined ? undefined : kept.safeParse(JSON.parse(text)).data;
    return flow !== undefined && flow.expires > Date.now() ? flow : undefined;
  }

  function openQuietly(sealed: string): string | undefined {
    try {
      return secretBox.open(sealed, PLACE);
    } catch {
      // A cookie is a stranger's text: one that does not open is none, and no fault of the server's.
      return undefined;
    }
  }
}
