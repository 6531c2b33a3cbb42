import * as z from 'zod';
import { id, micros } from './ids.ts';
import { plainText } from './text.ts';

/**
 * What an access token may be for (SV-14). None holds another: who writes and wants
 * to look as well asks for both. No verb reaches accounts, passwords or tokens.
 */
export const tokenVerb = z.enum([
  /** Look at projects, files, builds; fetch by git. */
  'read',
  /** Create, change and delete projects; save files; push by git. */
  'write',
  /** Queue builds, cancel them, choose the published one. */
  'publish',
  /** Start and stop programs where the project is open, and ask about them. */
  'run',
]);
/** One of `tokenVerb`; the routes ask for it by name, and a token without it is told SCOPE_MISSING. */
export type TokenVerb = z.infer<typeof tokenVerb>;

/** One verb in one project, or in all of the owner's, those to come included. */
export const tokenScope = z.strictObject({ verb: tokenVerb, projectId: id.nullable() });
/** A verb and where it counts; `projectId` null: in every project of the owner's. */
export type TokenScope = z.infer<typeof tokenScope>;

/** A token as its owner sees it; the token itself was shown once. */
export const accessToken = z.strictObject({
  id,
  name: z.string(),
  /** The last four characters of the token. */
  ending: z.string(),
  /** Empty when the last project of its scopes is gone. */
  scopes: z.array(tokenScope),
  createdAt: micros,
  expiresAt: micros,
  /** Exact to a minute; null: never. */
  lastUsedAt: micros.nullable(),
});
/** Times are microseconds; one whose `expiresAt` has passed is refused, and not listed any more. */
export type AccessToken = z.infer<typeof accessToken>;

/** So many tokens a person may have at once. */
export const ACCESS_TOKENS_LIMIT = 100;

/** POST /api/v1/access-tokens. */
export const createAccessTokenBody = z.strictObject({
  name: plainText.trim().min(1).max(100),
  scopes: z.array(tokenScope).min(1).max(64),
  expiresInDays: z.int().min(1).max(366),
});
/** A token without an end cannot be asked for: the schema wants 1 to 366 days. */
export type CreateAccessTokenBody = z.infer<typeof createAccessTokenBody>;

/** The only answer that ever holds the token itself. */
export const createAccessTokenResponse = z.strictObject({ accessToken, token: z.string() });
/** Who loses `token` makes another one: the server keeps its hash alone. */
export type CreateAccessTokenResponse = z.infer<typeof createAccessTokenResponse>;

/** GET /api/v1/access-tokens: all at once, as there are never more than the limit. */
export const accessTokenListResponse = z.strictObject({ accessTokens: z.array(accessToken).max(ACCESS_TOKENS_LIMIT) });
/** The tokens' own texts are not in it; `ending` is what tells two of one name apart. */
export type AccessTokenListResponse = z.infer<typeof accessTokenListResponse>;
