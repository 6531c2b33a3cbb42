import type { AsyncVfs } from '@slipway/vfs';
import type { EngineWork } from '../memory/engine-work.ts';
import type { ByteStream } from '../memory/ring-stream.ts';
import type { ProgramKind } from './programs.ts';
import type { WorkerHandle } from './worker-handle.ts';

/** A connection a process opened to something that is not in this container. */
export interface OutboundConnection {
  readonly host: string;
  readonly port: number;
  /** The process believes it speaks TLS; the bytes are plain. */
  readonly secure: boolean;
  readonly stream: ByteStream;
}

/** What the embedder is told without having asked. */
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
  /** Pre-booted workers of each kind that are always kept. */
  readonly spares: Readonly<Record<ProgramKind, number>>;
  /** As many while workers of that kind are being used. */
  readonly sparesInDemand?: Partial<Readonly<Record<ProgramKind, number>>>;
  /** Read-only data for every worker (see BootMessage). */
  readonly assets: Readonly<Record<string, SharedArrayBuffer>>;
  /** `name` is what developer tools call it. */
  createWorker(kind: ProgramKind, name: string): WorkerHandle;
  /**
   * Gives up what the file system holds for the slot.
   * A negative errno or a rejection is tried again.
   */
  releaseSlot(slot: number): Promise<unknown> | void;
  /** Milliseconds since the epoch. */
  nowMs(): number;
  delay(ms: number, task: () => void): void;
  /** The outside host that stands behind a port of the container on which nobody listens, if one does. */
  forward?(port: number): string | undefined;
  /** Whether something serves that port of the container when it is asked to; it is being started from this call on. */
  demand?(port: number): boolean;
  /** False when nothing outside can be reached: the process gets ENETUNREACH. */
  outbound(connection: OutboundConnection): boolean;
  /** Answers in the work's page, in time. */
  engineWork(work: EngineWork): void;
  emit(event: KernelEvent): void;
}
