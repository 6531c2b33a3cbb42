/**
 * `instance.fs()`: Node's promise API as far as the client has it, over the
 * shared file system. Reading happens here at once; what changes something is a
 * request to the writer, awaited.
 */
import { Errno, isDirectoryMode } from '@slipway/posix';
import { DirentType, type AsyncVfs } from '@slipway/vfs';
import {
  mkdirArguments,
  parseArguments,
  readdirArguments,
  readFileArguments,
  renameArguments,
  rmArguments,
  watchArguments,
  WireDirentType,
  writeFileArguments,
  type NameEncoding,
  type WireDirent,
} from '@slipway/wire';
import { Proxied, Transferred, type Exposed } from './comlink-endpoint.ts';
import { FsError, must } from './fs-error.ts';
import { decodeText, encodeText } from './text-codec.ts';
import type { TreeWatcher } from './tree-watcher.ts';
import { watchPath } from './watch-path.ts';
import { resolveInWorkdir } from './workdir-path.ts';

/** Modes under the usual umask 022. */
const FILE_MODE = 0o644;
const DIRECTORY_MODE = 0o755;

/** Errors are Node's in code, errno, syscall and path; `path` is the caller's own spelling. */
export function createFsObject(fs: AsyncVfs, workdir: string, watcher: TreeWatcher): Exposed {
  // The empty path names nothing, as in Node; the root is `/` or `.`.
  const resolve = (path: string): string => (path === '' ? '' : resolveInWorkdir(workdir, path));
  const isDirectory = (ino: number): boolean => {
    const stat = fs.stat(ino);
    return typeof stat !== 'number' && isDirectoryMode(stat.mode);
  };

  return {
    name: 'fs',
    methods: {
      readFile: (args) => {
        const [path, encoding] = parseArguments('fs.readFile', readFileArguments, args);
        const bytes = fs.readFile(resolve(path));
        // open(2) succeeds on a directory; it is the read that fails, without a path.
        if (bytes === Errno.EISDIR) throw new FsError(Errno.EISDIR, 'read');
        const content = must(bytes, 'open', path) as Uint8Array<ArrayBuffer>;
        return encoding === undefined ? new Transferred(content, [content.buffer]) : decodeText(content, encoding);
      },

      writeFile: async (args) => {
        const [path, data, encoding] = parseArguments('fs.writeFile', writeFileArguments, args);
        const bytes = typeof data === 'string' ? encodeText(data, encoding ?? 'utf8') : data;
        must(await fs.writeFile(resolve(path), bytes, FILE_MODE), 'open', path);
      },

      readdir: (args) => {
        const [path, options] = parseArguments('fs.readdir', readdirArguments, args);
        const ino = must(fs.lookup(resolve(path), true), 'scandir', path);
        const entries = must(fs.readdir(ino), 'scandir', path)
          .filter(({ name }) => name !== '.' && name !== '..')
          .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
        const encoding = options?.encoding;
        if (options?.withFileTypes !== true) return entries.map(({ name }) => encodeName(name, encoding));
        return entries.map(({ name, type }): WireDirent => ({
          name: encodeName(name, encoding),
          'Symbol(type)': direntType(type),
        }));
      },

      mkdir: async (args) => {
        const [path, options] = parseArguments('fs.mkdir', mkdirArguments, args);
        const mode = options?.mode ?? DIRECTORY_MODE;
        if (options?.recursive === true) {
          const { errno, created } = await fs.mkdirAll(resolve(path), mode);
          must(errno, 'mkdir', path);
          return created;
        }
        must(await fs.mkdir(resolve(path), mode), 'mkdir', path);
        return undefined;
      },

      rm: async (args) => {
        const [path, options] = parseArguments('fs.rm', rmArguments, args);
        const absolute = resolve(path);
        const ino = fs.lookup(absolute, false);
        if (ino < 0) {
          if (options?.force === true && ino === Errno.ENOENT) return;
          throw new FsError(ino, 'lstat', path);
        }
        if (absolute === workdir) throw new FsError(-16, 'rm', path);
        if (!isDirectory(ino)) must(await fs.unlink(absolute), 'unlink', path);
        else if (options?.recursive === true) must(await fs.removeTree(absolute), 'rm', path);
        else
          throw Object.assign(new Error(`Path is a directory: rm returned Errno.EISDIR (is a directory) ${path}`), {
            name: 'SystemError',
            code: 'ERR_FS_EISDIR',
            errno: 21,
            syscall: 'rm',
            path,
          });
      },

      rename: async (args) => {
        const [from, to] = parseArguments('fs.rename', renameArguments, args);
        must(await fs.rename(resolve(from), resolve(to)), 'rename', from, to);
      },

      watch: (args) => {
        const [path, options, listener] = parseArguments('fs.watch', watchArguments, args);
        const stop = watchPath(fs, watcher, resolve(path), path, options?.recursive === true, (event, filename) => {
          // A client that went away or throws in its listener is no reason to stop others.
          listener?.(event, encodeName(filename, options?.encoding)).catch(() => undefined);
        });
        let closed = false;
        const close = (): void => {
          if (closed) return;
          closed = true;
          stop();
          listener?.release();
        };
        return new Proxied({ name: 'watcher', methods: { close }, released: close });
      },
    },
  };
}

/** A file name as the caller wants it: names are bytes in UTF-8, which Node reads as any of its encodings. */
function encodeName(name: string, encoding: NameEncoding | undefined): string | Uint8Array {
  if (encoding === undefined || encoding === 'utf8' || encoding === 'utf-8') return name;
  const bytes = encodeText(name, 'utf8');
  return encoding === 'buffer' ? bytes : decodeText(bytes, encoding);
}

/** From the file system's numbers to the client's, which are others than Node's. */
function direntType(type: number): number {
  if (type === DirentType.file) return WireDirentType.file;
  if (type === DirentType.directory) return WireDirentType.directory;
  return type === DirentType.link ? WireDirentType.link : WireDirentType.other;
}
