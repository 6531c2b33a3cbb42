import { workerData } from 'node:worker_threads';
import { VfsWriter } from '../writer/writer.ts';

new VfsWriter(workerData, {
  onFault: (error) => process._rawDebug(`writer fault: ${error instanceof Error ? error.stack : String(error)}`),
}).serve();
