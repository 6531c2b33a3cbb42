// Node 20 has no TypeScript of its own, and a worker does not inherit vitest's.
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { Ring } = await import('./ring.ts');

const ring = new Ring(workerData.memory, 3);
const all = new Uint8Array(workerData.total);
for (let i = 0; i < all.length; i++) all[i] = i % 256;
for (let rest = all; rest.length > 0;) {
  rest = rest.subarray(ring.writeSome(rest));
  if (rest.length > 0) ring.waitWritable();
}
