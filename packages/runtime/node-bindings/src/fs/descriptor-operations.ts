import { OpenFlags } from '@slipway/vfs';
import type { Foreign } from '../realm.ts';
import { Errno } from './errno.ts';
import type { FsContext } from './fs-context.ts';
import { Failure, done } from './outcome.ts';

/** open(2) with the process's umask. */
export function openDescriptor(context: FsContext, path: string, flags: number, mode: number): number {
  const { sys } = context;
  return sys.descriptors.open(context.paths.absolute(path), flags, mode & ~sys.umask());
}

/** Opening, closing and what a descriptor alone can be asked. Reference: src/node_file.cc. */
export function createDescriptorOperations(context: FsContext): Foreign {
  const { requests, paths } = context;

  /** fsync and fdatasync: memory is as durable as it gets, and pipes refuse. */
  const sync = (fd: number, syscall: string, request: Foreign): unknown =>
    requests.run(request, () => {
      const descriptor = context.sys.descriptors.get(fd);
      if (descriptor === undefined) return new Failure(Errno.EBADF, syscall);
      return descriptor.kind === 'file' ? undefined : new Failure(Errno.EINVAL, syscall);
    });

  return {
    open(path: unknown, flags: number, mode: number, request?: Foreign) {
      const text = paths.text(path);
      if (request === undefined) {
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
      const errno = context.sys.descriptors.close(fd);
      return errno < 0 ? requests.fail(new Failure(errno, 'close')) : undefined;
    },
    fsync: (fd: number, request?: Foreign) => sync(fd, 'fsync', request),
    fdatasync: (fd: number, request?: Foreign) => sync(fd, 'fdatasync', request),
    ftruncate: (fd: number, length: number, request?: Foreign) =>
      requests.run(request, () => {
        const descriptor = context.sys.descriptors.get(fd);
        if (descriptor === undefined) return new Failure(Errno.EBADF, 'ftruncate');
        const writable = descriptor.kind === 'file' && (descriptor.flags & OpenFlags.accmode) !== OpenFlags.rdonly;
        return writable ? done(context.sys.fs.truncate(descriptor.ino, length), 'ftruncate') : new Failure(Errno.EINVAL, 'ftruncate');
      }),
  };
}
