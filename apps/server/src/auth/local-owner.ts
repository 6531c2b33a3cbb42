import type { Config } from '../config/config.ts';
import type { User } from '@slipway/contracts';
import { type Db, getPasswordlessOwner } from '@slipway/db';
import type { Context } from 'hono';
import { isFromThisMachine, isLoopback } from '../http/from-this-machine.ts';
import type { ServerEnv } from '../http/server-env.ts';

type LoopbackConfig = Pick<Config, 'PUBLIC_URL' | 'HOST' | 'TRUSTED_PROXIES'>;

/** Whether this server can have the mode at all (AU-10); the database decides the rest. */
export function servesLoopbackOnly({ config }: { config: LoopbackConfig }): boolean {
  return config.PUBLIC_URL === undefined && config.TRUSTED_PROXIES.length === 0 && isLoopback(config.HOST);
}

/**
 * The owner that this request may be signed in as without a password (AU-10):
 * the listener and the peer are on this machine, the name ends in `.localhost`,
 * and nothing in between says that it forwarded for somebody else.
 */
export async function getOwnerForRequest(
  services: { db: Db; config: LoopbackConfig },
  c: Context<ServerEnv>,
): Promise<User | undefined> {
  if (!servesLoopbackOnly(services)) return undefined;
  if (!isFromThisMachine(c)) return undefined;
  if (!/^[a-z0-9.-]+\.localhost(:\d+)?$/i.test(c.req.header('host') ?? '')) return undefined;
  return await getPasswordlessOwner(services.db);
}
