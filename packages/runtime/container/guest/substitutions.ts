/**
 * Packages whose native program cannot run in a browser, and what takes its
 * place in `node_modules`. Nothing else knows: package.json, lockfile and
 * snapshot name the original.
 *
 * Packages with a wasm build among their optional dependencies are not here:
 * npm picks it by `cpu=wasm32` (rolldown, oxc, tailwind's oxide, …).
 */
export interface Substitution {
  readonly name: string;
  readonly applies: (version: string) => boolean;
  /** Exact `name@version` to fetch. Its integrity is the table's, else the registry's for that version. */
  readonly substitute: (version: string) => string;
  readonly integrity?: string;
  /**
   * `replace`: the substitute is the same library, its files take over.
   * `tsc`: the original stays, only its compiler command runs another one.
   * `into`: the original stays, and finds the substitute in `folder`, where it looks for it by itself.
   */
  readonly how: 'replace' | 'tsc' | 'into';
  readonly folder?: string;
}

const always = (): boolean => true;

/** The first entry that applies counts. */
export const SUBSTITUTIONS: readonly Substitution[] = [
  { name: 'esbuild', applies: always, substitute: (version) => `esbuild-wasm@${version}`, how: 'replace' },
  // @rollup/wasm-node follows rollup's version from 4.0 on; before, rollup was JavaScript alone.
  {
    name: 'rollup',
    applies: (version) => major(version) >= 4,
    substitute: (version) => `@rollup/wasm-node@${version}`,
    how: 'replace',
  },
  { name: 'lightningcss', applies: always, substitute: (version) => `lightningcss-wasm@${version}`, how: 'replace' },
  // Next fetches its compiler's wasm build itself, by its own version: of many of them there is none.
  {
    name: 'next',
    applies: (version) => major(version) >= 14,
    substitute: (version) => `@next/swc-wasm-nodejs@${version}`,
    how: 'into',
    folder: 'wasm/@next/swc-wasm-nodejs',
  },
  {
    name: 'typescript',
    applies: (version) => major(version) >= 7,
    // What `tsc6` of @typescript/typescript6 6.0.2 runs.
    substitute: () => 'typescript@6.0.3',
    integrity: 'sha512-y2TvuxSZPDyQakkFRPZHKFm+KKVqIisdg9/CZwm9ftvKXLP8NRWj38/ODjNbr43SsoXqNuAisEf1GdCxqWcdBw==',
    how: 'tsc',
  },
];

function major(version: string): number {
  return Number(version.split('.')[0]);
}

/** Takes what a package.json says, which may be anything. Undefined: the package stays as it is. */
export function substitutionFor(name: unknown, version: unknown): Substitution | undefined {
  if (typeof name !== 'string' || typeof version !== 'string') return undefined;
  return SUBSTITUTIONS.find((entry) => entry.name === name && entry.applies(version));
}
