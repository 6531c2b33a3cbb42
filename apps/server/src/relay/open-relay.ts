import { parseHostPolicy } from '@slipway/egress';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { RelayLines } from './relay-lines.ts';

/** The relay as the operator has set it; closed where nothing is. */
export function openRelay(
  config: Config,
  of: { readonly isOwnHost: (hostname: string) => boolean; readonly log: Logger },
): RelayLines {
  const [host = '', port = ''] = config.RUN_MONGO_TARGET?.split(':') ?? [];
  return new RelayLines({
    ...of,
    policy: parseHostPolicy(config.RELAY_ALLOW),
    mongo: config.RUN_MONGO_TARGET === undefined ? undefined : { host, port: Number(port) },
    bytesPerSecond: config.RELAY_BYTES_PER_SECOND,
  });
}
