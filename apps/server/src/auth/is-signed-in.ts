import { type Db, getSessionUser } from '@slipway/db';

/**
 * Whether the sign-in that a capability came from still lasts: a capability lives for hours, and what was signed out is
 * signed out at once. One that came from no sign-in, such as an access token's, lasts as long as it says.
 */
export async function isSignedIn(db: Db, claims: { owner: string; family?: string | undefined }): Promise<boolean> {
  return claims.family === undefined || (await getSessionUser(db, claims.family))?.id === claims.owner;
}
