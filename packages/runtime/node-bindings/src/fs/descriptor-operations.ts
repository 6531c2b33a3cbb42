import { Errno, OpenFlags } from '@slipway/posix';
import type { Foreign } from '../realm/realm.ts';
import type { FsContext } from './fs-context.ts';
import { Failure, done } from './outcome.ts';

/**
 * open(2) with the process's umask: a descriptor, or a negative errno. Devices are opened by the descriptor table.
 */
export function openDescriptor(context: FsContext, path: string, flags: number, mode: number): number {
  const { sys } = context;
  return sys.descriptors.open(context.paths.absolute(path), flags, mode & ~sys.umask());
}

/** Opening, closing and what a descriptor alone can be asked. Reference: src/node_file.cc. */
export function createDescriptorOperations(context: FsContext): Foreign {
  const { requests, paths } = context;

  /** fsync and fdatasync: memory, or the disk where the folder outlives it; pipes refuse. */
  const sync = (fd: number, syscall: string, request: Foreign): unknown =>
    requests.run(request, () => {
      const descriptor = context.sys.descriptors.get(fd);
      if (descriptor === undefined) return new Failure(Errno.EBADF, syscall);
      if (descriptor.kind !== 'file') return new Failure(Errno.EINVAL, syscall);
      // That nothing is kept any more is told to the person: to the program its memory is as good as ever.
      context.sys.fs.persist();
      return undefined;
    });

  return {
    open(path: unknown, flags: number, mode: number, request?: Foreign) {
      const text = paths.text(path);
      if (request === undefined) {
        // Thrown here instead of by `requests.now`: one closure less in a call made by the thousand.
        const fd = openDescriptor(context, text, flags, mode);
        return fd < 0 ? requests.fail(new Failure(fd, 'open', text)) : fd;
      }
      return requests.run(request, () => {
        const fd = openDescriptor(context, text, flags, mode);
        return fd < 0 ? new Failure(fd, 'open', text) : fd;
      });
    },
    close(fd: number, request?: Foreign) {
      if (request !== undefined) return requests.run(request, () => done(context.sys.descriptors.close(fd), 'close'));
      // close(2) gives the number up even when it fails.
      const errno = context.sys.descriptors.close(fd);
      return errno < 0 ? requests.fail(new Failure(errno, 'close')) : undefined;
    },
    fsync: (fd: number, request?: Foreign) => sync(fd, 'fsync', request),
    fdatasync: (fd: number, request?: Foreign) => sync(fd, 'fdatasync', request),
    ftruncate: (fd: number, length: number, request?: Foreign) =>
      requests.run(request, () => {
        const descriptor = context.sys.descriptors.get(fd);
        if (descriptor === undefined) return new Failure(Errno.EBADF, 'ftruncate');
        // ftruncate(2): EINVAL, not EBADF, for a descriptor that is open but cannot be written.
        const writable = descriptor.kind === 'file' && (descriptor.flags & OpenFlags.accmode) !== OpenFlags.rdonly;
        return writable
          ? done(context.sys.fs.truncate(descriptor.ino, length), 'ftruncate')
          : new Failure(Errno.EINVAL, 'ftruncate');
      }),
  };
}
