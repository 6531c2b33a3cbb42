import type { OutputStream } from '@slipway/wire';
import type { ControlError } from './control-error.ts';

/** How a process ended: one of the two is not null. */
export interface RunEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/**
 * Who hears of one process that the page runs, in the order of the events:
 *
 *   started  output*  exited  [quiet]  output*  ended        or, at any time, failed
 */
export interface RunSink {
  /** Its pid is known. Called before any output. */
  started(pid: number): void;
  output(stream: OutputStream, chunk: Uint8Array<ArrayBuffer>): void;
  exited(end: RunEnd): void;
  /** What it wrote itself has all come; others have its pipes still. */
  quiet(): void;
  ended(): void;
  /** It cannot be followed, or not any longer. */
  failed(error: ControlError): void;
}

/** Credit is by stream, so that a slow stderr holds up no stdout. */
export interface RunLine {
  /** Lets so many more bytes of the stream come. */
  grant(pid: number, stream: OutputStream, bytes: number): void;
  write(pid: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  close(pid: number, stream: OutputStream | 'stdin'): Promise<void>;
  kill(pid: number, signal: string, group: boolean): Promise<void>;
}
