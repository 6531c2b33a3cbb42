/**
 * The one worker that changes the file system. It runs no user code, is never
 * killed, and blocks in `serve()` for the life of the container.
 */
import { VfsWriter } from '@slipway/vfs';

self.onmessage = (event: MessageEvent<{ memory: SharedArrayBuffer }>) => {
  const writer = new VfsWriter(event.data.memory);
  self.postMessage({ type: 'serving' });
  writer.serve();
};
