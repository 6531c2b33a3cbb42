import { createPasswordReset, type Db, getPasswordlessOwner } from '@slipway/db';
import type { Logger } from 'pino';
import { servesLoopbackOnly } from '../auth/local-owner.ts';
import type { Config } from '../config/config.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { linkTo, makeLinkToken } from './link-token.ts';

const DAY_US = 86_400_000_000;

/**
 * Where nobody can sign in yet, because the server is no longer this machine's alone and its owner has no password, the
 * log gets a link with which the first admin sets address and password. Whoever reads the log is the operator.
 */
export async function tellFirstAdmin({
  db,
  config,
  hosts,
  log,
}: {
  db: Db;
  config: Config;
  hosts: Hosts;
  log: Logger;
}): Promise<void> {
  if (servesLoopbackOnly({ config })) return;
  const owner = await getPasswordlessOwner(db);
  if (!owner) return;
  const { token, tokenHash } = makeLinkToken();
  await createPasswordReset(db, { userId: owner.id, tokenHash, lifetimeUs: DAY_US });
  log.warn(
    { link: linkTo(hosts.appOrigin, 'reset', token) },
    'nobody can sign in yet: the first admin opens this link, within a day',
  );
}
