import { VfsWriter } from '@slipway/vfs';

self.onmessage = (event: MessageEvent<{ memory: SharedArrayBuffer }>) => {
  const writer = new VfsWriter(event.data.memory);
  self.postMessage('serving');
  writer.serve();
};
