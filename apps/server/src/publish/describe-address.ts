import type { SiteAddress, VersionLink } from '@slipway/contracts';
import type { SiteHost, VersionLinkRow } from '@slipway/db';
import { fillLabel, type Hosts } from '../hosts/hosts.ts';
import { proofName } from './domains.ts';

/** With the installation's own scheme, which the database does not store. */
export function describeAddress(hosts: Hosts, { id, kind, host, proof, verified }: SiteHost): SiteAddress {
  const { protocol } = new URL(hosts.appOrigin);
  return {
    id,
    kind,
    host,
    // A domain's own port is the proxy's: the one that everybody means.
    url: kind === 'domain' ? `${protocol}//${host}/` : `${fillLabel(hosts.sitePattern, host)}/`,
    verified,
    proof: proof === null ? null : { name: proofName(host), value: proof },
  };
}

/** `label` stays inside: it is part of the address, and nothing else is done with it. */
export function describeLink(hosts: Hosts, { label, ...link }: VersionLinkRow): VersionLink {
  return { ...link, siteUrl: `${fillLabel(hosts.sitePattern, label)}/` };
}
