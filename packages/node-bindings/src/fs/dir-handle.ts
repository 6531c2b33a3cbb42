import type { Dirent } from '@slipway/vfs';
import { AsyncWrap } from '../net/async-wrap.ts';
import type { Foreign } from '../realm.ts';
import type { FsContext } from './fs-context.ts';
import { Failure } from './outcome.ts';
import { listDirectory } from './name-operations.ts';

/** internalBinding('fs_dir'). Reference: src/node_dir.cc. A handle holds what the directory had when it was opened. */
export function createDirBinding(context: FsContext): Foreign {
  const { realm, requests, paths } = context;

  class DirHandle extends AsyncWrap {
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
        this.#next += part.length;
        return part.length === 0 ? null : part.flatMap((entry) => [paths.encode(entry.name, encoding), entry.type]);
      });
    }

    close(request?: Foreign): unknown {
      return requests.run(request, () => undefined);
    }
  }

  const open = (path: unknown, request: Foreign): unknown => {
    const text = paths.text(path);
    return requests.run(request, () => {
      const entries = listDirectory(context, text, 'opendir');
      // Node names no path in this one.
      return entries instanceof Failure ? new Failure(entries.errno, entries.syscall) : new DirHandle(entries);
    });
  };

  return {
    DirHandle,
    opendir: (path: unknown, _encoding: unknown, request?: Foreign) => open(path, request),
    opendirSync: (path: unknown) => open(path, undefined),
  };
}
