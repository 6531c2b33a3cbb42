import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

/** What is signed of each kind. `exp` in seconds of Unix time; an unknown member refuses the token. */
const access = z.strictObject({ use: z.literal('access'), family: z.string(), exp: z.number() });
const capability = z.strictObject({
  use: z.literal('capability'),
  owner: z.string(),
  project: z.string(),
  /** The sign-in that it came from; absent where that was an access token. */
  family: z.string().optional(),
  exp: z.number(),
});
const mirror = z.strictObject({
  use: z.literal('mirror'),
  /** Of the one runtime host on which it opens the registry mirror. */
  label: z.string(),
  /** Whose containers run there; null: a third party's, who counts by his address. */
  owner: z.string().nullable(),
  /** Of a share's host: whose link it is. All who run what it shows count together as well. */
  sharer: z.string().optional(),
  exp: z.number(),
});

/** Names no person: whose it is says the row of the family, which ends with the sign-in. */
export type AccessClaims = z.infer<typeof access>;
/** Good for one project, so that its runtime host can act for no other. */
export type CapabilityClaims = z.infer<typeof capability>;
/** One runtime host, for the registry mirror and the relay's ticket. */
export type MirrorClaims = z.infer<typeof mirror>;

/** Signs short-lived statements of this server, and reads only those that are its own and in time. */
export interface TokenSigner {
  sign(claims: AccessClaims | CapabilityClaims | MirrorClaims): string;
  /** `use` is part of what is signed: a capability never passes for an access token. */
  readAccess(token: string): AccessClaims | undefined;
  /** `graceSeconds`: also one that ended no longer ago. It opens nothing by itself any more. */
  readCapability(token: string, graceSeconds?: number): CapabilityClaims | undefined;
  readMirror(token: string): MirrorClaims | undefined;
}

/** `<JSON in base64url>.<HMAC-SHA-256>`. No algorithm is named in it, so none can be chosen by whoever sends it. */
export function createTokenSigner(secret: string, nowSeconds: () => number): TokenSigner {
  const macOf = (body: string) => createHmac('sha256', secret).update(body).digest();

  /** The mark is compared before anything is parsed, and in constant time. */
  function read<T extends { exp: number }>(schema: z.ZodType<T>, token: string, graceSeconds = 0): T | undefined {
    const [body = '', mac = '', rest] = token.split('.');
    const given = Buffer.from(mac, 'base64url');
    const expected = macOf(body);
    if (rest !== undefined || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const result = schema.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
    return result.success && result.data.exp + graceSeconds > nowSeconds() ? result.data : undefined;
  }

  return {
    sign: (claims) => {
      const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return `${body}.${macOf(body).toString('base64url')}`;
    },
    readAccess: (token) => read(access, token),
    readCapability: (token, graceSeconds) => read(capability, token, graceSeconds),
    readMirror: (token) => read(mirror, token),
  };
}
