/**
 * How the compile cache is turned on. Reference: Environment::EnableCompileCache,
 * src/env.cc; CompileCacheHandler::Enable, src/compile_cache.cc.
 */
import { Errno } from '@slipway/posix';
import { createCrc32 } from '@slipway/codecs';
import { uvNameAndText } from '../../realm/uv-exception.ts';
import type { Realm } from '../../realm/realm.ts';
import { CompileCache, type CompileCacheHost } from './compile-cache.ts';
import { PLAN_VERSION } from './transforms.ts';
import { languageOf } from '../language/language-of.ts';

/** CompileCacheEnableStatus, in its order: lib gets the index. */
export const COMPILE_CACHE_STATUS = ['FAILED', 'ENABLED', 'ALREADY_ENABLED', 'DISABLED'] as const;

/** What `module.enableCompileCache()` answers: `message` says why not, `directory` where (without the tag). */
export interface EnableResult {
  readonly status: (typeof COMPILE_CACHE_STATUS)[number];
  readonly message?: string;
  readonly directory?: string;
}

/** Environment::InitializeCompileCache: what the environment of a new process says. */
export function startCompileCache(realm: Realm): void {
  const { env } = realm.sys.start;
  const directory = env['NODE_COMPILE_CACHE'];
  if (directory !== undefined && directory !== '')
    enableCompileCache(realm, directory, env['NODE_COMPILE_CACHE_PORTABLE'] === '1');
}

/**
 * Writes to disk what the program's compile cache has gathered, where it asked for one;
 * before every end of a process.
 */
export function persistCompileCache(realm: Realm): void {
  languageOf(realm).compileCache?.persist();
}

/** CompileCacheHandler::Enable. Never throws: a program runs without its cache as well. */
export function enableCompileCache(realm: Realm, directory: string, portable: boolean): EnableResult {
  const language = languageOf(realm);
  const debug = debugLine(realm);
  const told = (result: EnableResult): EnableResult => {
    if (result.message !== undefined) debug?.(`[compile cache] ${result.message}\n`);
    return result;
  };
  // Set and not empty, whatever it says; the environment of the process's start counts, not process.env.
  if ((realm.sys.start.env['NODE_DISABLE_COMPILE_CACHE'] ?? '') !== '')
    return told({ status: 'DISABLED', message: 'Disabled by NODE_DISABLE_COMPILE_CACHE' });
  if (language.compileCache !== undefined)
    return { status: 'ALREADY_ENABLED', directory: language.compileCache.directory };

  const { fs } = realm.sys;
  const base = realm.requireBuiltin('path').resolve(realm.sys.cwd(), directory) as string;
  const tagged = `${base}/${cacheTag(realm)}`;
  debug?.(`[compile cache] resolved path ${directory} + ${cacheTag(realm)} -> ${tagged}\n`);
  for (const [scope, word] of [
    ['FileSystemWrite', 'write'],
    ['FileSystemRead', 'read'],
  ] as const) {
    if (realm.internalBinding('permission').has(scope, tagged) !== true) {
      return told({
        status: 'FAILED',
        message: `Skipping compile cache because ${word} permission for ${tagged} is not granted`,
      });
    }
  }
  const { errno } = fs.mkdirAll(tagged, 0o777 & ~realm.sys.umask());
  const errorText = (code: number): string => uvNameAndText(realm, code)[1];
  debug?.(`[compile cache] creating cache directory ${tagged}...${errno < 0 ? errorText(errno) : 'success'}\n`);
  if (errno < 0) return told({ status: 'FAILED', message: `Cannot create cache directory: ${errorText(errno)}` });
  language.compileCache = new CompileCache(tagged, createHost(realm, tagged, portable, debug));
  return { status: 'ENABLED', directory: base };
}

/** Other versions, and other users, have folders of their own. */
function cacheTag(realm: Realm): string {
  const plan = PLAN_VERSION.toString(16).padStart(8, '0');
  return `${realm.process.version as string}-x64-${plan}-${realm.process.getuid() as number}`;
}

function debugLine(realm: Realm): ((text: string) => void) | undefined {
  const wanted = (realm.sys.start.env['NODE_DEBUG_NATIVE'] ?? '').toLowerCase().split(',');
  if (!wanted.includes('compile_cache')) return undefined;
  const encoder = new realm.host.classes.TextEncoder();
  return (text) => {
    realm.sys.descriptors.write(2, encoder.encode(text), null);
  };
}

function createHost(
  realm: Realm,
  directory: string,
  portable: boolean,
  debug: CompileCacheHost['debug'],
): CompileCacheHost {
  const { fs } = realm.sys;
  const { TextDecoder, TextEncoder } = realm.host.classes;
  const [decoder, encoder, crc32] = [new TextDecoder(), new TextEncoder(), createCrc32()];
  return {
    debug,
    exists: (path) => fs.lookup(path, true) >= 0,
    // 0 bytes read as "no such file": an empty file is none of ours.
    readFile: (path) => fs.readFile(path) || Errno.ENOENT,
    writeFile: (path, bytes, mode) => fs.writeFile(path, bytes, mode),
    rename: (from, to) => fs.rename(from, to),
    crc32: (bytes) => crc32(bytes, 0),
    encode: (text) => encoder.encode(text),
    decode: (bytes) => decoder.decode(bytes),
    errorText: (errno) => uvNameAndText(realm, errno)[1],
    relative(file) {
      // A portable cache may be moved together with the project.
      if (!portable) return undefined;
      const path = file.startsWith('file://')
        ? (realm.requireBuiltin('internal/url').fileURLToPath(file) as string)
        : file;
      return path.startsWith('/') ? (realm.requireBuiltin('path').relative(directory, path) as string) : undefined;
    },
  };
}
