import { emailAddress } from '@slipway/contracts';
import { admitForeignUser, type Db } from '@slipway/db';
import { EgressError, type EgressGuard } from '@slipway/egress';
import * as client from 'openid-client';
import * as z from 'zod';
import type { Config } from '../config/config.ts';
import { getUserByIdIn, type UserService } from './user-service.ts';

/** Of one request; a sign-in makes several, each with a deadline of its own. */
const DEADLINE_MS = 10_000;

/** What the browser keeps, sealed, while the person is at the identity provider. */
export interface OidcFlow {
  state: string;
  nonce: string;
  verifier: string;
}

/** `flow` was remembered when the browser left; without it code and state prove nothing. */
export interface OidcProof {
  /** The address as the browser came to it, with code and state. */
  currentUrl: URL;
  flow: OidcFlow;
}

/** Sign-in by an identity provider (SV-13): OpenID Connect, code flow with PKCE. */
export interface OidcService extends UserService<OidcProof> {
  /** Where to send the browser; undefined where the provider does not answer. */
  begin(): Promise<{ url: URL; flow: OidcFlow } | undefined>;
}

/** What is needed of the ID token or the userinfo answer; OpenID Connect Core, 5.1. */
const claims = z.object({
  sub: z.string().min(1).max(255),
  email: emailAddress,
  email_verified: z.boolean().optional(),
  name: z.string().max(200).optional(),
});

/** Errors of the provider's that say that this session, or this code, is over. */
const OVER = new Set(['invalid_grant', 'access_denied', 'login_required', 'interaction_required', 'consent_required']);

/** Undefined where the operator has named no provider. It is asked for its settings when they are first needed. */
export function createOidcService(
  { db, egress, config }: { db: Db; egress: EgressGuard; config: Config },
  redirectUri: string,
): OidcService | undefined {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = config;
  if (OIDC_ISSUER === undefined || OIDC_CLIENT_ID === undefined) return undefined;
  const guarded: client.CustomFetch = async (url, { method, headers, body, signal }) =>
    await egress.fetch(url, {
      method,
      headers,
      ...(body === undefined || body === null ? {} : { body: body instanceof Uint8Array ? body : String(body) }),
      ...(signal === undefined ? {} : { signal }),
      deadlineMs: DEADLINE_MS,
      // The protocol's own checks are of what was asked: nothing of it is found elsewhere.
      redirect: 'manual',
    });
  let discovered: Promise<client.Configuration> | undefined;
  const discover = (): Promise<client.Configuration> =>
    (discovered ??= client
      .discovery(new URL(OIDC_ISSUER), OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, undefined, {
        [client.customFetch]: guarded,
        // Only an issuer that the operator wrote with http: one on the same machine, behind nobody.
        execute: OIDC_ISSUER.startsWith('http:') ? [client.allowInsecureRequests] : [],
      })
      .catch((error: unknown) => {
        discovered = undefined;
        throw error;
      }));

  return {
    begin: async () => {
      try {
        const provider = await discover();
        const verifier = client.randomPKCECodeVerifier();
        const flow = { state: client.randomState(), nonce: client.randomNonce(), verifier };
        const url = client.buildAuthorizationUrl(provider, {
          redirect_uri: redirectUri,
          scope: config.OIDC_SCOPE,
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state: flow.state,
          nonce: flow.nonce,
        });
        return { url, flow };
      } catch (error) {
        if (isAway(error)) return undefined;
        throw error;
      }
    },
    authenticate: async ({ currentUrl, flow }) => {
      try {
        const provider = await discover();
        const granted = await client.authorizationCodeGrant(provider, currentUrl, {
          pkceCodeVerifier: flow.verifier,
          expectedState: flow.state,
          expectedNonce: flow.nonce,
          idTokenExpected: true,
        });
        const own = granted.claims()!;
        const said =
          own['email'] === undefined ? await client.fetchUserInfo(provider, granted.access_token, own.sub) : own;
        const person = claims.safeParse({ ...said, sub: own.sub });
        if (!person.success)
          return {
            outcome: 'refused',
            status: 403,
            code: 'FORBIDDEN',
            message: 'The identity provider tells no email address',
          };
        const { sub, email, email_verified: emailVerified = false, name = email } = person.data;
        const role = emailVerified && config.OIDC_ADMINS.includes(email) ? 'admin' : undefined;
        const foreign = { provider: 'oidc', subject: sub, email, emailVerified, name, role } as const;
        const admitted = await admitForeignUser(db, foreign, config.SIGN_UP);
        if (admitted.outcome === 'admitted') {
          const { refresh_token: upstreamToken } = granted;
          return {
            outcome: 'authenticated',
            user: admitted.user,
            ...(upstreamToken === undefined ? {} : { upstreamToken }),
          };
        }
        return admitted.outcome === 'email-taken'
          ? {
              outcome: 'refused',
              status: 409,
              code: 'EMAIL_TAKEN',
              message: 'There is another account with this address',
            }
          : {
              outcome: 'refused',
              status: 403,
              code: 'SIGN_UP_CLOSED',
              message: 'An account is made here by invitation only',
            };
      } catch (error) {
        if (isOver(error)) return { outcome: 'wrong' };
        if (isAway(error)) return { outcome: 'away', message: 'Network error' };
        throw error;
      }
    },
    refresh: async ({ upstreamToken }) => {
      try {
        const granted = await client.refreshTokenGrant(await discover(), upstreamToken);
        return { outcome: 'goes-on', upstreamToken: granted.refresh_token ?? upstreamToken };
      } catch (error) {
        if (isOver(error)) return { outcome: 'ended' };
        if (isAway(error)) return { outcome: 'away', message: 'Network error' };
        throw error;
      }
    },
    getUserById: getUserByIdIn(db),
  };
}

/** The provider's own word that it goes no further: nothing is wrong with it, and asking again would not help. */
function isOver(error: unknown): boolean {
  if (error instanceof client.ResponseBodyError) return OVER.has(error.error);
  return error instanceof client.AuthorizationResponseError;
}

/** Not there, not in time, or not in its right mind: all of it is for the operator, and none is the person's fault. */
function isAway(error: unknown): boolean {
  return (
    error instanceof EgressError ||
    error instanceof client.ClientError ||
    error instanceof client.ResponseBodyError ||
    error instanceof client.WWWAuthenticateChallengeError ||
    (error instanceof Error && isAway(error.cause))
  );
}
