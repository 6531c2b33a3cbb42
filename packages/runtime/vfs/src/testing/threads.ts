/** Real workers for tests: the writer in one thread, callers in others. */
import { buildSync } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createVfsMemory, type VfsMemoryOptions } from '../writer/create-memory.ts';

/** Node 20 runs no TypeScript: the entry is bundled and handed over as text. */
export function startThread(entry: string, workerData: unknown): Worker {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    write: false,
    sourcemap: 'inline',
  });
  return new Worker(outputFiles[0]!.text, { eval: true, workerData });
}

export interface TestVolume {
  readonly memory: SharedArrayBuffer;
  stop(): Promise<unknown>;
}

/** A real worker writes, so that tests see real races. */
export function startVolume(options: VfsMemoryOptions = {}): TestVolume {
  const memory = createVfsMemory({ maxBytes: 256 * 1024 * 1024, ...options });
  const writer = startThread('./writer.worker.ts', memory);
  writer.on('error', (error) => {
    throw error;
  });
  return { memory, stop: () => writer.terminate() };
}
