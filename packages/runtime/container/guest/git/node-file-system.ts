import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeFileSync,
} from 'node:fs';

/** Of a file, as the library asks for it. */
interface FileStat {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly isSymbolicLink: boolean;
  readonly mode: number;
  readonly size: number;
  readonly mtime: Date;
}

/**
 * The container's files for the library. Calls block, which is quickest here: files are read from shared memory.
 * Nothing follows a link: to git a link is content, the name it leads to, and the library does not ask in every place.
 */
export const nodeFileSystem = {
  readFile: async (path: string): Promise<string> => read(path).toString('utf8'),
  readFileBuffer: async (path: string): Promise<Uint8Array> => read(path),
  async writeFile(path: string, content: string | Uint8Array): Promise<void> {
    const old = lstatSync(path, { throwIfNoEntry: false });
    // Written through, it would change a file outside of what git was asked to change.
    if (old?.isSymbolicLink() === true) rmSync(path);
    // git's own objects are read-only, and may be written again.
    else if (old !== undefined && (old.mode & 0o200) === 0) chmodSync(path, 0o644);
    writeFileSync(path, content);
  },
  exists: async (path: string): Promise<boolean> => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
  stat: async (path: string): Promise<FileStat> => describe(lstatSync(path)),
  lstat: async (path: string): Promise<FileStat> => describe(lstatSync(path)),
  async mkdir(path: string, options?: { recursive?: boolean }): Promise<void> {
    if (options?.recursive === true || !existsSync(path)) mkdirSync(path, options);
  },
  readdir: async (path: string): Promise<string[]> => readdirSync(path),
  rm: async (path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> => rmSync(path, options),
  readlink: async (path: string): Promise<string> => readlinkSync(path),
  async symlink(target: string, path: string): Promise<void> {
    rmSync(path, { force: true });
    symlinkSync(target, path);
  },
};

/** Of a link the name it leads to, in bytes. */
function read(path: string): Buffer {
  return lstatSync(path).isSymbolicLink() ? Buffer.from(readlinkSync(path)) : readFileSync(path);
}

function describe(stats: Stats): FileStat {
  return {
    isFile: stats.isFile(),
    isDirectory: stats.isDirectory(),
    isSymbolicLink: stats.isSymbolicLink(),
    mode: stats.mode,
    size: stats.size,
    mtime: stats.mtime,
  };
}
