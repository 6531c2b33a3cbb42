import type { AsyncVfs } from '@slipway/vfs';
import type { EngineWork } from './engine-work.ts';
import type { WorkerKind } from './exec.ts';
import type { ByteStream } from './ring-stream.ts';
import type { WorkerHandle } from './worker-pool.ts';

/** A connection a process opened to something that is not in this container. */
export interface OutboundConnection {
  readonly host: string;
  readonly port: number;
  /** The process believes it speaks TLS; the bytes are plain. */
  readonly secure: boolean;
  readonly stream: ByteStream;
}

export type KernelEvent =
  | { readonly type: 'port'; readonly port: number; readonly action: 'open' | 'close' }
  | { readonly type: 'processes' }
  | { readonly type: 'xdg-open'; readonly args: readonly unknown[] }
  | { readonly type: 'code'; readonly args: readonly unknown[] }
  /** Something went wrong that no process can be told of. */
  | { readonly type: 'error'; readonly message: string };

/** What the kernel needs from whoever composes it. */
export interface KernelHost {
  readonly fs: AsyncVfs;
  readonly vfsMemory: SharedArrayBuffer;
  readonly slots: number;
  readonly spares: Readonly<Record<WorkerKind, number>>;
  /** As many while workers of that kind are being used. */
  readonly sparesInDemand?: Partial<Readonly<Record<WorkerKind, number>>>;
  /** Read-only data for every worker (see BootMessage). */
  readonly assets: Readonly<Record<string, SharedArrayBuffer>>;
  createWorker(kind: WorkerKind): WorkerHandle;
  releaseSlot(slot: number): Promise<unknown> | void;
  nowMs(): number;
  delay(ms: number, task: () => void): void;
  /** False when nothing outside can be reached: the process gets ENETUNREACH. */
  outbound(connection: OutboundConnection): boolean;
  /** Answers in the work's page, in time. */
  engineWork(work: EngineWork): void;
  emit(event: KernelEvent): void;
}
