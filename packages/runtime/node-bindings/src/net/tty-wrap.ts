import { Errno } from '@slipway/posix';
import { readTty } from '@slipway/kernel';
import type { BindingFactory, Foreign } from '../realm/realm.ts';
import { RingStreamHandle } from './ring-stream-handle.ts';

/** uv_tty_mode_t; RAW_VT differs from raw mode on Windows only. */
const Mode = { UV_TTY_MODE_NORMAL: 0, UV_TTY_MODE_IO: 2, UV_TTY_MODE_RAW_VT: 3 } as const;

/** internalBinding('tty_wrap'). Reference: Node src/tty_wrap.cc. */
export const createTtyWrapBinding: BindingFactory = (realm) => {
  const isTty = (fd: number): boolean => {
    const descriptor = realm.sys.descriptors.get(fd);
    return descriptor?.kind === 'stream' && descriptor.end.as === 'tty';
  };

  class TTY extends RingStreamHandle {
    constructor(fd: number, context: Foreign) {
      super(realm);
      // uv_tty_init reopens the terminal, so closing a TTY leaves 0, 1 and 2 open.
      const own = isTty(fd) ? realm.sys.descriptors.dup(fd) : Errno.EINVAL;
      const status = own < 0 ? own : this.attach(own);
      if (status < 0)
        Object.assign(context, {
          errno: status,
          code: status === Errno.EINVAL ? 'EINVAL' : 'EBADF',
          message: 'invalid argument',
          syscall: 'uv_tty_init',
        });
    }

    /** TTYWrap::GetWindowSize: columns, rows. */
    getWindowSize(size: number[]): number {
      const page = this.stream?.end.tty;
      if (page === undefined) return Errno.ENOTTY;
      const { columns, rows } = readTty(page);
      size[0] = columns;
      size[1] = rows;
      return 0;
    }

    /** TTYWrap::SetRawMode: a property of the terminal, so it also holds for other processes that use it. */
    setRawMode(mode: number): number {
      const id = this.stream?.end.id;
      return id === undefined ? Errno.EBADF : realm.sys.kernel.setTtyRaw(id, mode !== Mode.UV_TTY_MODE_NORMAL);
    }
  }

  return { TTY, isTTY: isTty, ...Mode };
};
