import { hostLabel } from '@slipway/wire';
import { getDomain } from 'tldts';
import { liveTokenOf } from './live-label.ts';
import type { Config } from '../config/config.ts';

/** By the name in `Host` alone; paths have no say. */
export type HostKind =
  | { kind: 'app' }
  /** `label` undefined: the bare runtime host of third-party embedders. */
  | { kind: 'runtime'; label: string | undefined }
  | { kind: 'preview'; port: number; id: string }
  | { kind: 'site'; label: string }
  /** Of a live preview: a label below the sites' domain. */
  | { kind: 'live'; label: string }
  /** A plain loopback name: the browser is sent to the app's own host. */
  | { kind: 'loopback' }
  | { kind: 'unknown' };

/** The origins of one server, and the way back from a Host header. */
export interface Hosts {
  appOrigin: string;
  bareRuntimeOrigin: string;
  runtimePattern: string;
  previewPattern: string;
  sitePattern: string;
  /**
   * Where the publish worker's browser puts the page that embeds a container.
   * Nothing is served there: the worker answers it itself.
   */
  builderOrigin: string;
  classify(hostHeader: string | undefined): HostKind;
  /** Whether a name is one of the server's own domains, or below one of them. */
  isOwn(host: string): boolean;
}

/** Every label below the app's default domain that means something of its own. */
const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Throws where published sites would be one site with the app or its previews. */
export function createHosts(config: Config, port: number): Hosts {
  const app = new URL(config.PUBLIC_URL ?? `http://slipway.localhost:${port}`);
  const runDomain = config.RUN_DOMAIN ?? app.hostname;
  const sitesDomain = config.SITES_DOMAIN ?? 'slipway-sites.localhost';
  // What a browser takes for one site shares cookies, storage and processes: a published page would sit among the app's
  // own.
  const siteOfSites = siteOf(`label.${sitesDomain}`);
  for (const host of [app.hostname, runDomain]) {
    if (siteOf(host) === siteOfSites || isBelow(host, sitesDomain))
      throw new Error(
        `Cannot use SITES_DOMAIN "${sitesDomain}": ` +
          `published sites would share the site "${siteOfSites}" with "${host}"`,
      );
  }
  const originOf = (host: string) => `${app.protocol}//${host}${app.port === '' ? '' : `:${app.port}`}`;
  return {
    appOrigin: app.origin,
    bareRuntimeOrigin: originOf(`rt.${runDomain}`),
    runtimePattern: originOf(`{container}.rt.${runDomain}`),
    previewPattern: originOf(`{port}--{id}.${runDomain}`),
    sitePattern: originOf(`{label}.${sitesDomain}`),
    builderOrigin: originOf(`builder.${runDomain}`),
    isOwn: (host) =>
      loopbackNames.has(host) || [app.hostname, runDomain, sitesDomain].some((domain) => isBelow(host, domain)),
    classify: (header) => {
      const host = hostWithoutPort(header);
      if (host === undefined) return { kind: 'unknown' };
      if (host === app.hostname) return { kind: 'app' };
      if (loopbackNames.has(host)) return { kind: 'loopback' };
      if (host === `rt.${runDomain}`) return { kind: 'runtime', label: undefined };
      const runtime = labelBelow(host, `rt.${runDomain}`);
      if (runtime !== undefined) return { kind: 'runtime', label: runtime };
      const site = labelBelow(host, sitesDomain);
      if (site !== undefined) return { kind: liveTokenOf(site) === undefined ? 'site' : 'live', label: site };
      return previewBelow(host, runDomain) ?? { kind: 'unknown' };
    },
  };
}

/** The name in a Host header. The port is left out: behind a proxy it may be any. */
export function hostWithoutPort(header: string | undefined): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+?)\.?(?::\d+)?$/.exec((header ?? '').toLowerCase())?.[1];
}

/** The part of a name under which browsers keep things apart (SV-17): one label below a public suffix. */
function siteOf(host: string): string {
  return getDomain(host, { allowPrivateDomains: true }) ?? host;
}

function isBelow(host: string, parent: string): boolean {
  return host === parent || host.endsWith(`.${parent}`);
}

/** The one label in front of `parent`, if it is a proper one and the only one. */
function labelBelow(host: string, parent: string): string | undefined {
  if (!host.endsWith(`.${parent}`)) return undefined;
  const label = host.slice(0, -parent.length - 1);
  return hostLabel.safeParse(label).success ? label : undefined;
}

function previewBelow(host: string, runDomain: string): HostKind | undefined {
  if (!host.endsWith(`.${runDomain}`)) return undefined;
  const match = /^([1-9]\d{0,4})--([^.]+)$/.exec(host.slice(0, -runDomain.length - 1));
  if (!match) return undefined;
  const port = Number(match[1]);
  const id = match[2] ?? '';
  return port <= 65535 && hostLabel.safeParse(id).success ? { kind: 'preview', port, id } : undefined;
}

export function fillLabel(pattern: string, label: string): string {
  return pattern.replace(/\{\w+\}/, label);
}
