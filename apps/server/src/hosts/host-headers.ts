import type { Config } from '../config.ts';
import type { Hosts } from './hosts.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * The header table of the architecture, one function for each kind of host.
 * Published sites carry the user's own pages: they get no policy of ours beyond
 * what keeps them apart.
 */
export function appHeaders(hosts: Hosts): Headers {
  const csp = [
    "default-src 'self'",
    "script-src 'self'",
    // The editor and the terminal write their styles into the page.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    `frame-src ${anyLabel(hosts.runtimePattern)} ${anyLabel(hosts.previewPattern)}`,
    "frame-ancestors 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ];
  return {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Content-Security-Policy': csp.join('; '),
    'Origin-Agent-Cluster': '?1',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}

/**
 * `coep` is what the client put into the query of `/headless`; scripts and workers
 * below it have none. A page that asks for `none` gets `credentialless`: an isolated
 * embedder would not load a frame without the header, and boots nothing if it is not.
 */
export function runtimeHeaders(parents: readonly string[], coep: string | undefined): Headers {
  return {
    'Cross-Origin-Embedder-Policy': coep === 'credentialless' || coep === 'none' ? 'credentialless' : 'require-corp',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Content-Security-Policy': `script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval' blob:; object-src 'none'; base-uri 'none'; frame-ancestors ${
      parents.length > 0 ? parents.join(' ') : "'none'"
    }`,
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

/** `/connect` lives in preview pages, which may themselves be framed by the IDE or by an embedder. */
export function connectParents(config: Config, hosts: Hosts, label: string | undefined): string[] {
  return [anyLabel(hosts.previewPattern), ...headlessParents(config, hosts, label)];
}

export const previewHeaders: Headers = {
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Origin-Agent-Cluster': '?1',
  'X-Content-Type-Options': 'nosniff',
};

export const siteHeaders: Headers = {
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'X-Content-Type-Options': 'nosniff',
};

/** A host pattern as a CSP source. CSP's `*` stands for whole labels only, so it also covers `<port>--<id>`. */
function anyLabel(pattern: string): string {
  return pattern.replace(/\{.*\}/, '*');
}
