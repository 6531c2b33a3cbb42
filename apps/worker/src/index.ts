export { type Config, parseConfig } from './config.ts';
export type { RunnerIo, SandboxRuntime } from './sandbox-runtime.ts';
export { type RunningWorker, startWorker } from './start-worker.ts';
