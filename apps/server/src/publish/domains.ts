import { Resolver } from 'node:dns/promises';
import { domainToASCII } from 'node:url';
import { parse } from 'tldts';

/** Looks up TXT records; a test hands in its own. */
export type ResolveTxt = (name: string) => Promise<string[][]>;

/** However many servers a machine knows, each of which is asked more than once. */
const LOOK_UP_MS = 5000;

/** A resolver that gives up before the person who waits does. */
export function createTxtResolver(servers?: readonly string[]): ResolveTxt {
  return async (name) => {
    // One for each question: to cancel is to cancel all of a resolver's.
    const resolver = new Resolver({ timeout: 2000, tries: 2 });
    if (servers) resolver.setServers(servers);
    const timer = setTimeout(() => resolver.cancel(), LOOK_UP_MS);
    return await resolver.resolveTxt(name).finally(() => clearTimeout(timer));
  };
}

/** A domain as DNS and the Host header have it, or why it can be nobody's site. */
export function parseDomain(
  text: string,
  isOwn: (host: string) => boolean,
): { outcome: 'domain'; domain: string } | { outcome: 'refused'; why: string } {
  const domain = domainToASCII(text.replace(/\.$/, ''));
  if (!/^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(domain))
    return { outcome: 'refused', why: 'it is no name of a domain, such as www.example.org' };
  if (isOwn(domain)) return { outcome: 'refused', why: 'it is one of this server itself' };
  const parsed = parse(domain, { allowPrivateDomains: true });
  if (parsed.isIp || parsed.domain === null)
    return { outcome: 'refused', why: 'everybody can have names below it: it is no domain of one person' };
  return { outcome: 'domain', domain };
}

/** A name of its own below the domain: beside a CNAME no TXT record may stand (RFC 1034, 3.6.2). */
export const proofName = (domain: string): string => `_slipway.${domain}`;

/** Whether the proof is in the domain's DNS. `silent`: nobody answered, which says nothing. */
export async function findProof(
  resolveTxt: ResolveTxt,
  domain: string,
  proof: string,
): Promise<{ outcome: 'found' | 'absent' | 'silent' }> {
  try {
    const records = await resolveTxt(proofName(domain));
    return { outcome: records.some((pieces) => pieces.join('').trim() === proof) ? 'found' : 'absent' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND' || code === 'ENODATA') return { outcome: 'absent' };
    if (typeof code === 'string') return { outcome: 'silent' };
    throw error;
  }
}
