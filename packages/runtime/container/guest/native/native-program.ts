import type { Manifest } from './wasm-build.ts';

/** A program that a package names by the folder of another one, which is for one platform alone. */
export interface NativeProgram {
  readonly packageName: string;
  readonly version: string;
  /** Inside the package. */
  readonly path: string;
}

// Without a dot in its last part: an addon, a module and a manifest are asked for in vain by many a loader.
const REQUEST = /^((?:@[\w.~-]+\/)?(?:[\w.~-]*-)?linux-(?:x64|64|arm64)(?:-(?:gnu|musl))?)\/((?:[\w-]+\/)*[\w-]+)$/;

/**
 * What `request` names, where the package of `manifest` says that it needs it (biome, turbo): package managers leave
 * out what is for another platform, and then nobody says why there is no such program. `undefined` where it is none.
 */
export function nativeProgramOf(request: string, manifest: Manifest): NativeProgram | undefined {
  const [, packageName = '', path = ''] = REQUEST.exec(request) ?? [];
  const needed = manifest['optionalDependencies'];
  const list: readonly [string, unknown][] =
    typeof needed === 'object' && needed !== null ? Object.entries(needed) : [];
  const version = list.find(([name]) => name === packageName)?.[1];
  return typeof version === 'string' ? { packageName, version, path } : undefined;
}
