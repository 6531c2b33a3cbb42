/** The kinds of host that a product around the runtime has, each an origin (or many) of its own. */
export type HostKind = 'app' | 'runtime' | 'preview' | 'site';

/**
 * What each kind of host says of isolation. A container lives in shared memory,
 * which a browser gives to a page only if the page and all that it frames or loads
 * ask for it (HTML, "cross-origin isolated"):
 *
 *   app       isolated at the top, and nobody else's to load
 *   runtime   framed by the app: isolated as well, and loadable from there
 *   preview   framed by the app: the same
 *   site      published pages, which take no part in it; they are only kept apart
 */
export const isolationHeaders = {
  app: {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
  },
  runtime: { 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Resource-Policy': 'cross-origin' },
  preview: { 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Resource-Policy': 'cross-origin' },
  site: { 'Cross-Origin-Resource-Policy': 'same-origin' },
} as const satisfies Readonly<Record<HostKind, Readonly<Record<string, string>>>>;

/** Directive of a runtime host: programs are text that is compiled, and workers start from blobs. */
export const RUNTIME_SCRIPT_POLICY = "script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval' blob:";

/**
 * The embedder policy of `/headless`; `asked` is what the client put into the query.
 * A page that asks for `none` gets `credentialless`: an isolated embedder would not
 * load a frame without the header, and boots nothing if it is not isolated.
 */
export function askedCoep(asked: string | null | undefined): 'credentialless' | 'require-corp' {
  return asked === 'credentialless' || asked === 'none' ? 'credentialless' : 'require-corp';
}
