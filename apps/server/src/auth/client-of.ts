import type { Context } from 'hono';
import { clientAddress } from '../http/client-address.ts';
import type { ServerEnv, UserEnv } from '../http/server-env.ts';

/** Longer than what browsers say of themselves. */
const USER_AGENT_LIMIT = 256;

/** By which a person knows her sign-ins apart. */
export function clientOf<E extends ServerEnv | UserEnv>(
  c: Context<E>,
): { userAgent: string | undefined; address: string } {
  return { userAgent: c.req.header('user-agent')?.slice(0, USER_AGENT_LIMIT), address: clientAddress(c.env) };
}
