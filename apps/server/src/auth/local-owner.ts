import type { User } from '@slipway/contracts';
import { getPasswordlessOwner } from '@slipway/db';
import type { Context } from 'hono';
import type { ServerEnv, Services } from '../http/server-env.ts';

const forwardHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];

/** Whether this server can have the mode at all (AU-10); the database decides the rest. */
export function servesLoopbackOnly({ config }: Pick<Services, 'config'>): boolean {
  return config.PUBLIC_URL === undefined && isLoopback(config.HOST);
}

/**
 * The owner that this request may be signed in as without a password (AU-10):
 * the listener and the peer are on this machine, the name ends in `.localhost`,
 * and nothing in between says that it forwarded for somebody else.
 */
export async function getOwnerForRequest(services: Services, c: Context<ServerEnv>): Promise<User | undefined> {
  if (!servesLoopbackOnly(services)) return undefined;
  if (!isLoopback(c.env?.incoming?.socket.remoteAddress ?? '')) return undefined;
  if (!/^[a-z0-9.-]+\.localhost(:\d+)?$/i.test(c.req.header('host') ?? '')) return undefined;
  if (forwardHeaders.some((name) => c.req.header(name) !== undefined)) return undefined;
  return await getPasswordlessOwner(services.db);
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address);
}
