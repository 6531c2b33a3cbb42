import type { Foreign } from '../realm/realm.ts';

/** UVWASI__MAX_SYMLINK_FOLLOWS: more links in one path are ELOOP. */
const MOST_LINKS = 32;

/**
 * What a WASI guest sees of the file system: the preopened directories and
 * nothing else. `..` and symbolic links are followed here, step by step, so
 * that neither leads out. Reference: uvwasi__resolve_path, deps/uvwasi/src/path_resolver.c.
 */
export class WasiSandbox {
  /** Node's `fs`, for the library: every path it opens is resolved first. */
  readonly fs: Foreign;
  /** Whether the call that is under way wants the last link of its path followed. */
  followsLast = false;
  readonly #fs: Foreign;
  readonly #roots: readonly string[];

  constructor(fs: Foreign, roots: readonly string[]) {
    this.#fs = fs;
    this.#roots = roots;
    const follow = (path: string): string => this.#resolve(path, true);
    const keep = (path: string): string => this.#resolve(path, false);
    const wanted = (path: string): string => (this.followsLast ? follow(path) : keep(path));
    // What is not named here takes no path (reads, writes, closes of a descriptor) and goes to the real fs.
    this.fs = Object.assign(Object.create(fs) as object, {
      // Without the wish to follow, a link in the last place is no file.
      openSync: (path: string, flags: number, mode: number): unknown =>
        fs.openSync(this.followsLast ? follow(path) : this.#mustBeNoLink(keep(path)), flags, mode),
      statSync: (path: string, options: unknown): unknown => fs.statSync(follow(path), options),
      lstatSync: (path: string, options: unknown): unknown => fs.lstatSync(keep(path), options),
      readdirSync: (path: string, options: unknown): unknown => fs.readdirSync(follow(path), options),
      readlinkSync: (path: string): unknown => fs.readlinkSync(keep(path)),
      utimesSync: (path: string, accessed: number, modified: number): unknown =>
        (this.followsLast ? fs.utimesSync : fs.lutimesSync)(wanted(path), accessed, modified),
      mkdirSync: (path: string, mode: unknown): unknown => fs.mkdirSync(keep(path), mode),
      rmdirSync: (path: string): unknown => fs.rmdirSync(keep(path)),
      unlinkSync: (path: string): unknown => fs.unlinkSync(keep(path)),
      linkSync: (from: string, to: string): unknown => fs.linkSync(wanted(from), keep(to)),
      renameSync: (from: string, to: string): unknown => fs.renameSync(keep(from), keep(to)),
      symlinkSync: (target: string, path: string): unknown => fs.symlinkSync(target, keep(path)),
    });
  }

  #resolve(path: string, followLast: boolean): string {
    // Names still to be walked, `.` and empty ones left out. A link's text goes in front of them.
    let rest = path.split('/').filter((part) => part !== '' && part !== '.');
    let at = '';
    let links = 0;
    for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
      if (part === '..') {
        // Above the root is the root; whether that is inside a preopen is asked at the end.
        at = at.slice(0, at.lastIndexOf('/'));
        continue;
      }
      const next = `${at}/${part}`;
      const target = rest.length > 0 || followLast ? this.#linkTarget(next) : undefined;
      if (target === undefined) {
        at = next;
        continue;
      }
      // Counted over the whole path: a loop ends here, and so does a chain that only looks like one.
      if (++links > MOST_LINKS) throw failure('ELOOP', path);
      if (target.startsWith('/')) at = '';
      rest = [...target.split('/').filter((each) => each !== '' && each !== '.'), ...rest];
    }
    const resolved = at === '' ? '/' : at;
    // Judged on the path that is really opened. A prefix counts only with the slash behind it:
    // /data is not above /data2.
    if (!this.#roots.some((root) => root === '/' || resolved === root || resolved.startsWith(`${root}/`)))
      throw failure('ENOTCAPABLE', path);
    // A slash at the end asks for a directory; open(2) then says ENOTDIR by itself.
    return path.endsWith('/') && resolved !== '/' ? `${resolved}/` : resolved;
  }

  #linkTarget(path: string): string | undefined {
    const stat = this.#fs.lstatSync(path, { throwIfNoEntry: false });
    return stat?.isSymbolicLink() === true ? (this.#fs.readlinkSync(path) as string) : undefined;
  }

  #mustBeNoLink(path: string): string {
    if (this.#linkTarget(path) !== undefined) throw failure('ELOOP', path);
    return path;
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: a WASI guest cannot open "${path}"`), { code });
}

/** `errno` numbers of WASI preview 1 for what the library does not know; those it knows it translates itself. */
export const WASI_ERRNO: Readonly<Record<string, number>> = {
  E2BIG: 1,
  EAGAIN: 6,
  EBUSY: 10,
  EDQUOT: 19,
  EFBIG: 22,
  EINTR: 27,
  EIO: 29,
  ELOOP: 32,
  EMLINK: 34,
  ENAMETOOLONG: 37,
  ENFILE: 41,
  ENODEV: 43,
  ENOMEM: 48,
  ENOSPC: 51,
  ENOTSUP: 58,
  ENXIO: 60,
  EOPNOTSUPP: 58,
  EPIPE: 64,
  EROFS: 69,
  ESPIPE: 70,
  ETXTBSY: 74,
  EXDEV: 75,
  ENOTCAPABLE: 76,
};
