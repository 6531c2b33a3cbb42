import type { Dirent } from '@slipway/vfs';
import { AsyncWrap } from '../handles/async-wrap.ts';
import type { Foreign } from '../realm/realm.ts';
import type { FsContext } from './fs-context.ts';
import { Failure } from './outcome.ts';
import { listDirectory } from './name-operations.ts';

/** internalBinding('fs_dir'). Reference: src/node_dir.cc. A handle holds what the directory had when it was opened. */
export function createDirBinding(context: FsContext): Foreign {
  const { realm, requests, paths } = context;

  class DirHandle extends AsyncWrap {
    /**
     * A snapshot: POSIX leaves open whether readdir(3) shows what changes meanwhile. It holds no descriptor, so
     * close has nothing to do.
     */
    readonly #entries: readonly Dirent[];
    #next = 0;

    constructor(entries: readonly Dirent[]) {
      super(realm);
      this.#entries = entries;
    }

    /** Up to `size` entries as name, type, name, type, …; null at the end. */
    read(encoding: unknown, size: number, request?: Foreign): unknown {
      return requests.run(request, () => {
        const part = this.#entries.slice(this.#next, this.#next + size);
        // Moved on in the operation, not in the call: two reads at once get different entries.
        this.#next += part.length;
        return part.length === 0 ? null : part.flatMap((entry) => [paths.encode(entry.name, encoding), entry.type]);
      });
    }

    close(request?: Foreign): unknown {
      return requests.run(request, () => undefined);
    }
  }

  const open = (path: string): DirHandle | Failure => {
    const entries = listDirectory(context, path, 'opendir');
    return entries instanceof Failure ? entries : new DirHandle(entries);
  };

  return {
    DirHandle,
    /** Not needed to open; lib gives it to each `read`. */
    opendir(path: unknown, _encoding: unknown, request?: Foreign) {
      const text = paths.text(path);
      return requests.run(request, () => open(text));
    },
    opendirSync(path: unknown) {
      const text = paths.text(path);
      return requests.now(() => {
        const opened = open(text);
        // OpenDirSync alone names no path when it fails.
        return opened instanceof Failure ? new Failure(opened.errno, opened.syscall) : opened;
      });
    },
  };
}
