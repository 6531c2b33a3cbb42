import type { Foreign, Realm } from '../../realm/realm.ts';
import { CODE_TYPES, type CompileCacheEntry } from '../cache/compile-cache.ts';
import { COMPILE_CACHE_STATUS, enableCompileCache } from '../cache/compile-cache-switch.ts';
import { nodeError } from '../module-wrap/errors.ts';
import { InvalidPackageConfig, PackageConfigs, type PackageConfig } from './package-config.ts';
import { languageOf } from '../language/language-of.ts';

/**
 * internalBinding('modules'). Reference: src/node_modules.cc. Answers are tuples, as lib takes them apart; a
 * package.json that is no JSON throws ERR_INVALID_PACKAGE_CONFIG.
 */
export function createModulesBinding(realm: Realm): Foreign {
  const { URL, TextDecoder } = realm.host.classes;
  const decoder = new TextDecoder();
  let made: PackageConfigs | undefined;
  // With the first question: `realm.sys` is not there while the realm is prepared.
  const configs = (): PackageConfigs => (made ??= new PackageConfigs(realm.sys.fs, (bytes) => decoder.decode(bytes)));
  const pathOf = (url: string): string => {
    const { protocol, pathname } = new URL(url);
    if (protocol !== 'file:')
      throw nodeError(TypeError as unknown as ErrorConstructor, 'ERR_INVALID_URL', 'Invalid URL');
    return decodeURIComponent(pathname);
  };

  return {
    readPackageJSON(
      path: string,
      _isESM: boolean,
      base: string | undefined,
      specifier: string | undefined,
    ): PackageConfig | undefined {
      return invalidAs(
        () => configs().read(path),
        () =>
          base === undefined
            ? ''
            : ` while importing "${specifier ?? ''}" from ${base.startsWith('file:') ? pathOf(base) : base}`,
      );
    },
    getNearestParentPackageJSON: (path: string) => invalidAs(() => configs().nearest(path)),
    // Field 2 of the tuple is the type.
    getNearestParentPackageJSONType: (path: string) => invalidAs(() => configs().nearest(path))?.[2],
    /** The scope of a URL; where there is none, the path at which the search ended. */
    getPackageScopeConfig: (url: string) => invalidAs(() => configs().nearest(pathOf(url))) ?? searchEnd(pathOf(url)),
    getPackageType(url: string) {
      const type = invalidAs(() => configs().nearest(pathOf(url)))?.[2];
      return type === 'none' ? undefined : type;
    },
    /** EnableCompileCache: [status by number, why not, directory]. */
    enableCompileCache(directory: unknown, portable: unknown) {
      if (typeof directory !== 'string')
        throw nodeError(
          TypeError as unknown as ErrorConstructor,
          'ERR_INVALID_ARG_TYPE',
          'cacheDir should be a string',
        );
      const { status, message, directory: enabled } = enableCompileCache(realm, directory, portable === true);
      return [COMPILE_CACHE_STATUS.indexOf(status), message, enabled];
    },
    getCompileCacheDir: () => languageOf(realm).compileCache?.directory,
    /** FlushCompileCache: nothing to do where no cache is on. */
    flushCompileCache() {
      languageOf(realm).compileCache?.flush();
    },
    /** GetCompileCacheEntry: for TypeScript, whose JavaScript may be known from an earlier run. */
    getCompileCacheEntry(source: string, file: string, type: number) {
      const cache = languageOf(realm).compileCache;
      const name = CODE_TYPES[type];
      if (cache === undefined || name === undefined) return undefined;
      const entry = cache.entry(source, file, name);
      // lib only hands it back to SaveCompileCacheEntry.
      return { __proto__: null, external: entry, transpiled: cache.transpilation(entry) };
    },
    /** SaveCompileCacheEntry: `entry` is the `external` that GetCompileCacheEntry gave. */
    saveCompileCacheEntry(entry: CompileCacheEntry, transpiled: string) {
      languageOf(realm).compileCache?.transpiled(entry, transpiled);
    },
    compileCacheStatus: [...COMPILE_CACHE_STATUS],
    cachedCodeTypes: Object.fromEntries(CODE_TYPES.map((name, type) => [`k${name}`, type])),
    moduleFormats: { kCommonJS: 0, kModule: 1 },
    /** import.meta.dirname and filename. Plain values, while C++ makes them on first read: they cost little here. */
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
