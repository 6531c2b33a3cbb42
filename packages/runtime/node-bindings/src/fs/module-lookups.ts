import { FileMode } from '@slipway/posix';
import { codedError } from '@slipway/node-values';
import type { Foreign } from '../realm/realm.ts';
import type { FsContext } from './fs-context.ts';
import { statPath } from './stat-operations.ts';

/** BindingData::legacy_main_extensions: tried behind `main` first (0-6), then in the package folder (7-9). */
const BEHIND_MAIN = ['', '.js', '.json', '.node', '/index.js', '/index.json', '/index.node'];
const IN_PACKAGE = ['index.js', 'index.json', 'index.node'];
const WASM_MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** What the module loaders ask the file system in one call. Reference: src/node_file.cc. */
export function createModuleLookups(context: FsContext): Foreign {
  const isFile = (path: string): boolean => {
    // Node's FilePathIsFile: everything that exists and is no directory counts.
    const stat = statPath(context, path, true);
    return typeof stat !== 'number' && (stat.mode & FileMode.typeMask) !== FileMode.directory;
  };

  return {
    /** LegacyMainResolve: the number of the extension that exists. */
    legacyMainResolve(folder: string, main: unknown, base: unknown): number {
      const root = folder.endsWith('/') ? folder : `${folder}/`;
      const behind =
        typeof main === 'string' ? BEHIND_MAIN.findIndex((extension) => isFile(root + main + extension)) : -1;
      if (behind >= 0) return behind;
      const inside = IN_PACKAGE.findIndex((name) => isFile(root + name));
      if (inside >= 0) return BEHIND_MAIN.length + inside;
      // The number tells lib which name to build: 0 to 6 `main` + extension, 7 to 9 index files of the package.
      throw notFound(context, folder, main, base);
    },

    /** GetFormatOfExtensionlessFile: 1 = WebAssembly. */
    getFormatOfExtensionlessFile(path: string): number {
      const { fs } = context.sys;
      const ino = fs.lookup(context.paths.absolute(path), true);
      const head = new Uint8Array(WASM_MAGIC.length);
      const count = ino < 0 ? 0 : fs.read(ino, 0, head);
      // Too short or unreadable files are JavaScript (0): whoever loads them finds out what is wrong.
      return count === head.length && WASM_MAGIC.every((byte, at) => head[at] === byte) ? 1 : 0;
    },
  };
}

function notFound(context: FsContext, folder: string, main: unknown, base: unknown): Error {
  if (typeof base !== 'string')
    return codedError(
      TypeError,
      'ERR_INVALID_ARG_TYPE',
      'The "base" argument must be of type string or an instance of URL.',
    );
  const path = context.realm.requireBuiltin('path');
  const wanted = typeof main === 'string' ? path.resolve(folder, main) : path.resolve(folder, 'index.js');
  const importer = context.realm.requireBuiltin('internal/url').fileURLToPath(base);
  return codedError(Error, 'ERR_MODULE_NOT_FOUND', `Cannot find package '${wanted}' imported from ${importer}`);
}
