import { RealmPart } from '../realm/realm-part.ts';
import type { Realm } from '../realm/realm.ts';

/** Hosts that one process is told about; a program that tries a thousand wants no thousand lines. */
const MOST_HOSTS = 16;

const told = new RealmPart(() => new Set<string>());

/**
 * One line on standard error for each host that could not be reached: the program gets Node's own error, which cannot
 * say that a browser is between.
 */
export function explainUnreachable(realm: Realm, host: string): void {
  const hosts = told.of(realm);
  if (hosts.has(host) || hosts.size >= MOST_HOSTS) return;
  hosts.add(host);
  const text =
    `slipway: Cannot reach ${host}: it is down or offline, or does not permit requests of other sites (CORS), ` +
    'without which a browser tab cannot ask it; what is not HTTP needs the server\u2019s relay (RELAY_ALLOW)\n';
  realm.sys.descriptors.write(2, new realm.host.classes.TextEncoder().encode(text), null);
}

/** One line for the connection that the container's own PostgreSQL is started for: nobody has typed its name. */
export function explainStart(realm: Realm, port: number): void {
  const text =
    `slipway: starting PostgreSQL (PGlite) for localhost:${port}; its databases stay in this browser, ` +
    'in ~/.local/share/slipway/postgres, and are in no snapshot\n';
  realm.sys.descriptors.write(2, new realm.host.classes.TextEncoder().encode(text), null);
}
