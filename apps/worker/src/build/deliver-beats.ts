import { createEgressGuard } from '@slipway/egress';
import { type HeartbeatOptions, postHeartbeats } from '@slipway/sandboxes';

/**
 * Posts beats to the operator's address (HB-01), who may well mean a machine of his own network: that host and port are
 * allowed, no other private one is, and a redirect is followed nowhere.
 */
export function deliverBeatsTo(url: string): NonNullable<HeartbeatOptions['deliver']> {
  const { host, hostname, port, protocol } = new URL(url);
  const egress = createEgressGuard({ allow: [port === '' ? `${hostname}:${protocol === 'https:' ? 443 : 80}` : host] });
  const headers = { 'content-type': 'application/json' };
  return postHeartbeats(url, (address, body, signal) =>
    egress.fetch(address, { method: 'POST', headers, body, signal, redirect: 'manual' }),
  );
}
