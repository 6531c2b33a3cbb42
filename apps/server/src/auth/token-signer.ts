import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

const access = z.strictObject({ use: z.literal('access'), family: z.string(), exp: z.number() });
const capability = z.strictObject({
  use: z.literal('capability'),
  owner: z.string(),
  project: z.string(),
  exp: z.number(),
});

export type AccessClaims = z.infer<typeof access>;
export type CapabilityClaims = z.infer<typeof capability>;

/** Signs short-lived statements of this server, and reads only those that are its own and in time. */
export interface TokenSigner {
  sign(claims: AccessClaims | CapabilityClaims): string;
  /** `use` is part of what is signed: a capability never passes for an access token. */
  readAccess(token: string): AccessClaims | undefined;
  readCapability(token: string): CapabilityClaims | undefined;
}

export function createTokenSigner(secret: string, nowSeconds: () => number): TokenSigner {
  const macOf = (body: string) => createHmac('sha256', secret).update(body).digest();

  function read<T extends { exp: number }>(schema: z.ZodType<T>, token: string): T | undefined {
    const [body = '', mac = '', rest] = token.split('.');
    const given = Buffer.from(mac, 'base64url');
    const expected = macOf(body);
    if (rest !== undefined || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const result = schema.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
    return result.success && result.data.exp > nowSeconds() ? result.data : undefined;
  }

  return {
    sign: (claims) => {
      const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return `${body}.${macOf(body).toString('base64url')}`;
    },
    readAccess: (token) => read(access, token),
    readCapability: (token) => read(capability, token),
  };
}
