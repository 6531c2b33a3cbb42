import { randomBytes } from 'node:crypto';
import type { ShareKind } from '@slipway/contracts';
import { hashShareToken } from '../hosts/hash-share-token.ts';
import { fillLabel, type Hosts } from '../hosts/hosts.ts';
import { liveLabel, makeLiveToken } from '../hosts/live-label.ts';

/** What stands in a share's link, and what of it is kept. */
export function makeShareToken(kind: ShareKind): { token: string; tokenHash: string; ending: string } {
  const token = kind === 'live' ? makeLiveToken() : randomBytes(32).toString('base64url');
  return { token, tokenHash: hashShareToken(token), ending: token.slice(-4) };
}

/** Where a share's link leads: a page of the app, or a host of its own. */
export function urlOfShare(hosts: Hosts, kind: ShareKind, token: string): string {
  if (kind === 'live') return `${fillLabel(hosts.sitePattern, liveLabel(token))}/`;
  return `${hosts.appOrigin}/s/${token}${kind === 'embed' ? '?embed=1' : ''}`;
}
