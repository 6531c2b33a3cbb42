import { handleRevive } from '../handles/message-value.ts';
import type { Foreign } from '../realm/realm.ts';
import { openDescriptor } from './descriptor-operations.ts';
import { closeWhenCollected, DescriptorHandle, type MovedFile, ownThreadId } from './descriptor-handle.ts';
import type { FsContext } from './fs-context.ts';
import { Failure } from './outcome.ts';

/** FileHandle and OpenFileHandle. Reference: Node src/node_file.cc. */
export function createFileHandleClass(context: FsContext): {
  FileHandle: Foreign;
  openFileHandle: Foreign;
  [handleRevive]: Foreign;
} {
  const { realm, requests, paths } = context;

  // One registry for the realm: all file handles of it are watched by one.
  const collected = closeWhenCollected(context);

  // A class of its own so that `new FileHandle(fd, offset, length)` is what lib knows, without realm and registry.
  class FileHandle extends DescriptorHandle {
    constructor(fd: number, offset?: number, length?: number) {
      super(context, collected, fd, offset, length);
    }
  }

  return {
    FileHandle,
    [handleRevive]({ fd, threadId }: MovedFile): unknown {
      // Thrown into the receiver's 'messageerror'. In Node all threads share one table of descriptors.
      if (threadId !== ownThreadId(realm))
        throw new Error('Cannot receive a FileHandle of another thread: descriptors belong to one worker here');
      return new FileHandle(fd);
    },
    openFileHandle(path: unknown, flags: number, mode: number, request?: Foreign) {
      const text = paths.text(path);
      return requests.run(request, () => {
        const fd = openDescriptor(context, text, flags, mode);
        return fd < 0 ? new Failure(fd, 'open', text) : new FileHandle(fd);
      });
    },
  };
}
