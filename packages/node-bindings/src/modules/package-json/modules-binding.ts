/** internalBinding('modules'). Reference: src/node_modules.cc. */
import type { Foreign, Realm } from '../../realm.ts';
import { nodeError } from '../module-wrap/errors.ts';
import { InvalidPackageConfig, PackageConfigs, type PackageConfig } from './package-config.ts';

/** compileCacheStatus: the index of DISABLED. There is no code cache that a page could keep. */
const COMPILE_CACHE_DISABLED = 3;

export function createModulesBinding(realm: Realm): Foreign {
  const { URL, TextDecoder } = realm.host.classes;
  const decoder = new TextDecoder();
  let made: PackageConfigs | undefined;
  const configs = (): PackageConfigs => (made ??= new PackageConfigs(realm.sys.fs, (bytes) => decoder.decode(bytes)));
  const pathOf = (url: string): string => {
    const { protocol, pathname } = new URL(url);
    if (protocol !== 'file:') throw nodeError(TypeError as unknown as ErrorConstructor, 'ERR_INVALID_URL', 'Invalid URL');
    return decodeURIComponent(pathname);
  };

  return {
    readPackageJSON(path: string, _isESM: boolean, base: string | undefined, specifier: string | undefined): PackageConfig | undefined {
      return invalidAs(() => configs().read(path), () => base === undefined ? '' : ` while importing "${specifier ?? ''}" from ${base.startsWith('file:') ? pathOf(base) : base}`);
    },
    getNearestParentPackageJSON: (path: string) => invalidAs(() => configs().nearest(path)),
    getNearestParentPackageJSONType: (path: string) => invalidAs(() => configs().nearest(path))?.[2],
    /** The scope of a URL; where there is none, the path at which the search ended. */
    getPackageScopeConfig: (url: string) => invalidAs(() => configs().nearest(pathOf(url))) ?? searchEnd(pathOf(url)),
    getPackageType(url: string) {
      const type = invalidAs(() => configs().nearest(pathOf(url)))?.[2];
      return type === 'none' ? undefined : type;
    },
    enableCompileCache: () => [COMPILE_CACHE_DISABLED],
    getCompileCacheDir: () => undefined,
    flushCompileCache: () => undefined,
    getCompileCacheEntry: () => undefined,
    saveCompileCacheEntry: () => undefined,
    compileCacheStatus: ['FAILED', 'ENABLED', 'ALREADY_ENABLED', 'DISABLED'],
    cachedCodeTypes: { kCommonJS: 0, kESM: 1, kStrippedTypeScript: 2, kTransformedTypeScript: 3, kTransformedTypeScriptWithSourceMaps: 4 },
    moduleFormats: { kCommonJS: 0, kModule: 1 },
    /** import.meta.dirname and filename. */
    setLazyPathHelpers(meta: object, url: string) {
      const filename = realm.requireBuiltin('internal/url').fileURLToPath(url) as string;
      Object.assign(meta, { dirname: realm.requireBuiltin('path').dirname(filename) as string, filename });
    },
  };
}

/** The last package.json that was looked for in vain: `node_modules` and the root end the search. */
function searchEnd(path: string): string {
  const inside = path.lastIndexOf('/node_modules/');
  return inside < 0 ? '/package.json' : `${path.slice(0, inside)}/node_modules/package.json`;
}

function invalidAs<Result>(read: () => Result, context: () => string = () => ''): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidPackageConfig)) throw error;
    throw nodeError(Error, 'ERR_INVALID_PACKAGE_CONFIG', `Invalid package config ${error.path}${context()}.`);
  }
}
