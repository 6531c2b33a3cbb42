export type * from './contract/messages.ts';
export type * from './client/process-system.ts';
export { Ring, DEFAULT_RING_BYTES } from './memory/ring.ts';
export { type ByteStream, BrokenPipe, RingStream } from './memory/ring-stream.ts';
export { type Accounting, Kernel, type Started } from './kernel.ts';
export type { HostPipe } from './core/open-host-pipe.ts';
export type { Terminal, TerminalOutput } from './core/terminals.ts';
export type { SlotUsage } from './workers/worker-pool.ts';
export { nameOfProcess } from './workers/worker-name.ts';
export type { KernelEvent, KernelHost, OutboundConnection } from './contract/kernel-host.ts';
export type { WorkerHandle } from './contract/worker-handle.ts';
export { type Image, type ProgramKind, PROGRAMS } from './contract/programs.ts';
export { haltedWord } from './memory/reply-page.ts';
export { readTty, takeTtyEof } from './memory/tty-page.ts';
export { isMulticast } from './tables/datagram-table.ts';
export { isLoopback } from './tables/loopback-address.ts';
export {
  allocateEnginePage,
  putEngineAnswer,
  refuseEngineWork,
  takeEngineAnswer,
  type EngineWork,
  type EngineWorkKind,
} from './memory/engine-work.ts';
export { SharedText } from './memory/shared-text.ts';
export { createProcessSystem, type ProcessSystemOptions } from './client/create-process-system.ts';
export type { KernelLine } from './client/kernel-client.ts';
