import { askedCoep, isolationHeaders, RUNTIME_SCRIPT_POLICY } from '@slipway/embed';
import { isAllowedEmbedder } from '@slipway/wire';
import type { Config } from '../config/config.ts';
import type { Hosts } from './hosts.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * The header table of the architecture, one function for each kind of host.
 * Published sites carry the user's own pages: they get no policy of ours beyond
 * what keeps them apart.
 */
export function appHeaders(hosts: Hosts, frameAncestors = "'none'"): Headers {
  const csp = [
    "default-src 'self'",
    "script-src 'self'",
    // The editor and the terminal write their styles into the page.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    // Sounds, films and papers of a project, shown beside its texts.
    "media-src 'self' blob:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    `frame-src blob: ${anyLabel(hosts.runtimePattern)} ${anyLabel(hosts.previewPattern)}`,
    `frame-ancestors ${frameAncestors}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ];
  return {
    ...isolationHeaders.app,
    'Content-Security-Policy': csp.join('; '),
    'Origin-Agent-Cluster': '?1',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}

/** Of the one page of the app that other sites may frame: the page of an embed. */
export function embedHeaders(hosts: Hosts): Headers {
  return { ...appHeaders(hosts, '*'), 'Cross-Origin-Resource-Policy': 'cross-origin' };
}

/**
 * `coep` is what the client put into the query of `/headless`; scripts and workers
 * below it have none.
 */
export function runtimeHeaders(parents: readonly string[] | 'anybody', coep: string | undefined): Headers {
  const csp = [RUNTIME_SCRIPT_POLICY, "object-src 'none'", "base-uri 'none'"];
  // Not `*` for anybody: that leaves out pages without an origin of their own.
  if (parents !== 'anybody') csp.push(`frame-ancestors ${parents.length > 0 ? parents.join(' ') : "'none'"}`);
  return {
    ...isolationHeaders.runtime,
    'Cross-Origin-Embedder-Policy': askedCoep(coep),
    'Content-Security-Policy': csp.join('; '),
    'Origin-Agent-Cluster': '?1',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}

/**
 * Who may frame pages of a runtime host. A project's host opens for the IDE and
 * the publish worker alone. A third-party embedder frames the bare host, which
 * frames a host made from the embedder's origin (its label starts with "e"); the
 * browser checks every ancestor, so that one names both.
 */
export function headlessParents(config: Config, hosts: Hosts, label: string | undefined): string[] {
  const own = [hosts.appOrigin, hosts.builderOrigin];
  if (label === undefined) return [...own, ...config.ALLOWED_EMBEDDERS];
  return label.startsWith('e') ? [...own, hosts.bareRuntimeOrigin, ...config.ALLOWED_EMBEDDERS] : own;
}

/**
 * Whether `/headless` is answered with the page that only checks who embeds it
 * (apps/runtime, check), and not with the one whose header keeps others out: their
 * client would wait for ever for a frame that never loads. On the bare host that is
 * everybody, since no request names all of its ancestors. The other hosts are framed
 * by pages of ours, which send no Referer; one that is not theirs gives others away.
 */
export function isCheckedFirst(
  config: Config,
  hosts: Hosts,
  label: string | undefined,
  referer: string | undefined,
): boolean {
  if (label === undefined) return true;
  if (referer === undefined || !URL.canParse(referer)) return false;
  return !isAllowedEmbedder(headlessParents(config, hosts, label), new URL(referer).origin);
}

/** `/connect` lives in preview pages, which may themselves be framed by the IDE or by an embedder. */
export function connectParents(config: Config, hosts: Hosts, label: string | undefined): string[] {
  return [anyLabel(hosts.previewPattern), ...headlessParents(config, hosts, label)];
}

export const previewHeaders: Headers = {
  ...isolationHeaders.preview,
  'Origin-Agent-Cluster': '?1',
  'X-Content-Type-Options': 'nosniff',
};

export const siteHeaders: Headers = {
  ...isolationHeaders.site,
  'Origin-Agent-Cluster': '?1',
  'X-Content-Type-Options': 'nosniff',
};

/** A host pattern as a CSP source. CSP's `*` stands for whole labels only, so it also covers `<port>--<id>`. */
function anyLabel(pattern: string): string {
  return pattern.replace(/\{.*\}/, '*');
}
