export { type Config, parseConfig } from './config.ts';
export { createJobHandlers } from './job-handlers.ts';
export { startJobLoop } from './job/job-loop.ts';
export type { RunnerIo, SandboxRuntime } from './sandbox/sandbox-runtime.ts';
export { type RunningWorker, startWorker } from './start-worker.ts';
