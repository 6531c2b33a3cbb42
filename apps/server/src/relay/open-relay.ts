import { parseHostPolicy } from '@slipway/egress';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { createRunDatabase, type RunDatabase } from '../runs/run-database.ts';
import { RelayLines } from './relay-lines.ts';

/** The relay as the operator has set it, closed where nothing is, and the database that runs reach by it. */
export function openRelay(
  config: Config,
  of: { readonly isOwnHost: (hostname: string) => boolean; readonly log: Logger },
): { readonly relay: RelayLines; readonly runDatabase: RunDatabase } {
  const [host = '', port = ''] = config.RUN_MONGO_TARGET?.split(':') ?? [];
  const relay = new RelayLines({
    ...of,
    policy: parseHostPolicy(config.RELAY_ALLOW),
    mongo: config.RUN_MONGO_TARGET === undefined ? undefined : { host, port: Number(port) },
    bytesPerSecond: config.RELAY_BYTES_PER_SECOND,
  });
  return { relay, runDatabase: createRunDatabase(config, relay.openSocket) };
}
