import type { BindingFactory, Foreign } from '../realm.ts';
import { connectRequest } from './connect-request.ts';
import { Errno } from './errno.ts';
import { RingStreamHandle } from './ring-stream-handle.ts';

export const PipeConstants = { SOCKET: 0, SERVER: 1, IPC: 2, UV_READABLE: 1, UV_WRITABLE: 2 } as const;

/**
 * internalBinding('pipe_wrap'). Reference: Node src/pipe_wrap.cc.
 *
 * Pipes are what a child's stdio and IPC channels are made of. Named pipes
 * (sockets in the file system) are refused: the kernel has no table of them.
 */
export const createPipeWrapBinding: BindingFactory = (realm) => {
  class Pipe extends RingStreamHandle {
    constructor() {
      super(realm);
    }

    /** PipeWrap::Open */
    open(fd: number): number {
      return this.attach(fd);
    }

    bind(): number {
      return Errno.ENOTSUP;
    }

    listen(): number {
      return Errno.ENOTSUP;
    }

    /** PipeWrap::Connect: nobody listens on a path here. */
    connect(request: Foreign, path: string): number {
      const finish = connectRequest(realm, this, request);
      const ino = realm.sys.fs.lookup(realm.sys.absolute(path), true);
      realm.loop.enqueueUnref(() => finish(ino < 0 ? ino : Errno.ECONNREFUSED));
      return 0;
    }

    fchmod(): number {
      return 0;
    }
  }
  class PipeConnectWrap {}
  return { Pipe, PipeConnectWrap, constants: { ...PipeConstants } };
};
