import { Errno, FileMode } from '@slipway/posix';
import type { Stat } from '@slipway/vfs';
import type { Foreign } from '../realm/realm.ts';
import type { FsContext } from './fs-context.ts';
import { Failure, done } from './outcome.ts';
import { statDescriptor, statSpecial } from './special-files.ts';
import { fillStat, wantsBigint } from './stat-values.ts';

/** R_OK, W_OK and X_OK together, and where the bits of the owner are in a mode. */
const ANY_ACCESS = 7;
const OWNER_SHIFT = 6;

/** stat(2) of a path as a program sees it, devices included. */
export function statPath(context: FsContext, path: string, follow: boolean): Stat | number {
  const { sys } = context;
  const absolute = context.paths.absolute(path);
  return statSpecial(sys, absolute) ?? sys.fs.statPath(absolute, follow);
}

/** Asking about files. Reference: src/node_file.cc, one function each. */
export function createStatOperations(context: FsContext): Foreign {
  const { requests, paths, values } = context;

  // `quiet` says which errors lib wants as "nothing there" (`throwIfNoEntry: false`) instead of thrown.
  const statBy = (path: string, follow: boolean, syscall: string, quiet: (errno: number) => boolean) => (): unknown => {
    const stat = statPath(context, path, follow);
    if (typeof stat !== 'number') return stat;
    return quiet(stat) ? undefined : new Failure(stat, syscall, path);
  };
  const never = (): boolean => false;

  return {
    /** Stat: `throwIfNoEntry` counts for the synchronous and the promise form. */
    stat(path: unknown, bigint: unknown, request?: Foreign, throwIfNoEntry?: boolean) {
      // Straight into the shared array: no closure, no Failure, no request.
      if (request === undefined && bigint !== true) {
        // The one call programs make by the thousand.
        const stat = statPath(context, paths.text(path), true);
        if (typeof stat !== 'number') return fillStat(values.statValues, stat, 0);
      }
      const quiet = throwIfNoEntry === false ? isNoEntry : never;
      return requests.run(
        request,
        statBy(paths.text(path), true, 'stat', quiet),
        wantsBigint(bigint) ? values.presentBigint : values.present,
      );
    },
    /** LStat: only the synchronous form may be quiet, and only about ENOENT. */
    lstat(path: unknown, bigint: unknown, request?: Foreign, throwIfNoEntry?: boolean) {
      if (request === undefined && bigint !== true) {
        const stat = statPath(context, paths.text(path), false);
        if (typeof stat !== 'number') return fillStat(values.statValues, stat, 0);
      }
      const quiet = request === undefined && throwIfNoEntry === false ? isMissing : never;
      return requests.run(
        request,
        statBy(paths.text(path), false, 'lstat', quiet),
        wantsBigint(bigint) ? values.presentBigint : values.present,
      );
    },
    fstat(fd: number, bigint: unknown, request?: Foreign) {
      if (request === undefined && bigint !== true) {
        const stat = statDescriptor(context.sys, fd);
        return typeof stat === 'number'
          ? requests.fail(new Failure(stat, 'fstat'))
          : fillStat(values.statValues, stat, 0);
      }
      const operation = (): unknown => {
        const stat = statDescriptor(context.sys, fd);
        return typeof stat === 'number' ? new Failure(stat, 'fstat') : stat;
      };
      return requests.run(request, operation, wantsBigint(bigint) ? values.presentBigint : values.present);
    },
    /** The numbers of the one volume, wherever the path leads; it must lead somewhere, though. */
    statfs(path: unknown, bigint: unknown, request?: Foreign) {
      const text = paths.text(path);
      const operation = (): unknown => {
        const stat = statPath(context, text, true);
        return typeof stat === 'number' ? new Failure(stat, 'statfs', text) : context.sys.fs.usage();
      };
      return requests.run(request, operation, wantsBigint(bigint) ? values.presentBigintUsage : values.presentUsage);
    },
    /** Everything belongs to the one user of the container: the owner's bits decide. */
    access(path: unknown, mode: number, request?: Foreign) {
      const text = paths.text(path);
      return requests.run(request, () => {
        const stat = statPath(context, text, true);
        if (typeof stat === 'number') return new Failure(stat, 'access', text);
        const wanted = (mode & ANY_ACCESS) << OWNER_SHIFT;
        // F_OK asks for no bit and so is granted to whatever exists.
        return (stat.mode & wanted) === wanted ? undefined : new Failure(Errno.EACCES, 'access', text);
      });
    },
    existsSync: (path: unknown): boolean => typeof statPath(context, paths.text(path), true) !== 'number',
    /** 1 directory, 0 anything else, negative errno. lib/internal/modules asks this for every candidate. */
    internalModuleStat(path: unknown): number {
      const stat = statPath(context, paths.text(path), true);
      if (typeof stat === 'number') return stat;
      return (stat.mode & FileMode.typeMask) === FileMode.directory ? 1 : 0;
    },
  };
}

const isMissing = (errno: number): boolean => errno === Errno.ENOENT;
const isNoEntry = (errno: number): boolean => errno === Errno.ENOENT || errno === Errno.ENOTDIR;

/** Calls that change what stat answers: by path, by link, by descriptor. */
export function createAttributeOperations(context: FsContext): Foreign {
  const { requests, paths } = context;

  /** `change` on the inode that `path` names. */
  const onPath = (
    path: unknown,
    request: Foreign,
    syscall: string,
    follow: boolean,
    change: (ino: number) => number,
  ): unknown => {
    const text = paths.text(path);
    return requests.run(request, () => {
      const absolute = paths.absolute(text);
      // Devices take any change of mode, owner or times and forget it.
      if (typeof statSpecial(context.sys, absolute) === 'object') return undefined;
      for (;;) {
        const ino = context.sys.fs.lookup(absolute, follow);
        const errno = ino < 0 ? ino : change(ino);
        // Gone between the two steps: look again.
        if (errno !== Errno.ESTALE) return done(errno, syscall, text);
      }
    });
  };

  const onDescriptor = (fd: number, request: Foreign, syscall: string, change: (ino: number) => number): unknown =>
    requests.run(request, () => {
      const descriptor = context.sys.descriptors.get(fd);
      if (descriptor === undefined) return new Failure(Errno.EBADF, syscall);
      // Pipes, sockets and terminals likewise.
      return descriptor.kind === 'file' ? done(change(descriptor.ino), syscall) : undefined;
    });

  const fs = (): FsContext['sys']['fs'] => context.sys.fs;
  // lib hands seconds with a fraction; vfs keeps milliseconds.
  const milliseconds = (seconds: number): number => seconds * 1000;

  return {
    chmod: (path: unknown, mode: number, request?: Foreign) =>
      onPath(path, request, 'chmod', true, (ino) => fs().chmod(ino, mode)),
    fchmod: (fd: number, mode: number, request?: Foreign) =>
      onDescriptor(fd, request, 'fchmod', (ino) => fs().chmod(ino, mode)),
    chown: (path: unknown, uid: number, gid: number, request?: Foreign) =>
      onPath(path, request, 'chown', true, (ino) => fs().chown(ino, uid, gid)),
    lchown: (path: unknown, uid: number, gid: number, request?: Foreign) =>
      onPath(path, request, 'lchown', false, (ino) => fs().chown(ino, uid, gid)),
    fchown: (fd: number, uid: number, gid: number, request?: Foreign) =>
      onDescriptor(fd, request, 'fchown', (ino) => fs().chown(ino, uid, gid)),
    utimes: (path: unknown, atime: number, mtime: number, request?: Foreign) =>
      onPath(path, request, 'utime', true, (ino) => fs().utimes(ino, milliseconds(atime), milliseconds(mtime))),
    lutimes: (path: unknown, atime: number, mtime: number, request?: Foreign) =>
      onPath(path, request, 'lutime', false, (ino) => fs().utimes(ino, milliseconds(atime), milliseconds(mtime))),
    futimes: (fd: number, atime: number, mtime: number, request?: Foreign) =>
      onDescriptor(fd, request, 'futime', (ino) => fs().utimes(ino, milliseconds(atime), milliseconds(mtime))),
  };
}
