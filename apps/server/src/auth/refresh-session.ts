import type { User } from '@slipway/contracts';
import {
  claimUpstreamCheck,
  type Db,
  findSession,
  placeOf,
  sealedColumns,
  setUpstreamToken,
  settleUpstreamCheck,
} from '@slipway/db';
import type { SecretBox } from '@slipway/secrets';
import { REFRESH_GRACE_US, type SessionTokens } from './session-tokens.ts';
import type { GoOnResult, UserService } from './user-service.ts';

/** `oidc` is undefined without an identity provider: sessions that it vouched for end then. */
export interface RefreshNeeds {
  db: Db;
  secretBox: SecretBox;
  /** Who vouches for people by their password, and who by an identity provider. */
  users: UserService;
  oidc: Pick<UserService<never>, 'refresh'> | undefined;
}

/** `invalid` clears the cookie. `away` leaves it: nobody could be asked, and the same token is good the next time. */
export type RefreshSessionResult =
  | { outcome: 'refreshed'; user: User; refreshToken: string; familyId: string }
  | { outcome: 'invalid' }
  | { outcome: 'away'; message: string };

/**
 * Continues a session by its refresh token. Whoever vouches for the person is asked first, while the token is still
 * good: when nobody answers, the browser keeps it, and comes again (AU-04).
 */
export async function refreshSession(
  needs: RefreshNeeds,
  tokens: SessionTokens,
  refreshToken: string,
): Promise<RefreshSessionResult> {
  const { db, users } = needs;
  const session = await findSession(db, tokens.hash(refreshToken), REFRESH_GRACE_US);
  if (session) {
    const user = await users.getUserById(session.userId);
    const asked = user && (await askUpstream(needs, session.familyId));
    if (asked?.outcome === 'away') return asked;
    if (!user || asked?.outcome === 'ended') return { outcome: 'invalid' };
  }
  // Also one that cannot be continued: that it came at all may end its family (AU-09).
  const rotated = await tokens.rotate(refreshToken);
  if (rotated.outcome === 'invalid') return rotated;
  const user = await users.getUserById(rotated.userId);
  const { familyId } = rotated;
  return user ? { outcome: 'refreshed', user, refreshToken: rotated.refreshToken, familyId } : { outcome: 'invalid' };
}

/** Stores what the vouching service wants to see when the session goes on. */
export async function keepUpstreamToken(
  { db, secretBox }: Pick<RefreshNeeds, 'db' | 'secretBox'>,
  familyId: string,
  upstreamToken: string | undefined,
  kind: 'password' | 'oidc',
): Promise<void> {
  if (upstreamToken === undefined) return;
  const text = JSON.stringify({ kind, token: upstreamToken });
  await setUpstreamToken(db, familyId, secretBox.seal(text, placeOf(sealedColumns.upstreamToken, familyId)));
}

/**
 * Asks once in a while and by one server alone: the claim in the database says whose turn it is. Undefined
 * where nobody has to be asked now. What was found is written down also when asking throws.
 */
async function askUpstream(needs: RefreshNeeds, familyId: string): Promise<GoOnResult | undefined> {
  const { db, secretBox, users, oidc } = needs;
  const claimed = await claimUpstreamCheck(db, familyId);
  if (!claimed) return undefined;
  const place = placeOf(sealedColumns.upstreamToken, familyId);
  const { kind, token } = JSON.parse(secretBox.open(claimed.sealedToken, place)) as { kind: string; token: string };
  const service = kind === 'oidc' ? oidc : users;
  // The operator has taken the provider out of the settings.
  if (!service) {
    await settleUpstreamCheck(db, familyId, 'ended');
    return { outcome: 'ended' };
  }
  let result: GoOnResult | undefined;
  try {
    result = await service.refresh({ subject: claimed.subject, upstreamToken: token });
    return result;
  } finally {
    const next = result?.outcome === 'goes-on' ? (result.upstreamToken ?? token) : undefined;
    await settleUpstreamCheck(
      db,
      familyId,
      next === undefined
        ? result?.outcome === 'ended'
          ? 'ended'
          : 'unanswered'
        : { sealedToken: secretBox.seal(JSON.stringify({ kind, token: next }), place) },
    );
  }
}
