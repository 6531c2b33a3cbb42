import type { ChannelEnd, ChannelSide } from '../contract/messages.ts';
import { nextId } from '../memory/control-page.ts';
import { DEFAULT_RING_BYTES, Ring } from '../memory/ring.ts';
import { type ByteStream, RingStream } from '../memory/ring-stream.ts';
import type { Connections } from './connections.ts';

/** A pipe whose far end is outside: `end` goes to a process, the stream is the caller's. */
export interface HostPipe {
  readonly end: ChannelEnd;
  readonly stream: ByteStream;
  /** The kernel lets go of the process's end, once the process has it. */
  release(): void;
}

/** Opens a pipe between a process and somebody outside the container. */
export function openHostPipe(
  connections: Connections,
  control: SharedArrayBuffer,
  direction: 'to-process' | 'from-process',
): HostPipe {
  // Side 0 writes ring 0. The kernel holds the process's side too until the process has it.
  const [mine, theirs]: [ChannelSide, ChannelSide] = direction === 'to-process' ? [0, 1] : [1, 0];
  const id = nextId(control);
  const memory = Ring.allocate(DEFAULT_RING_BYTES);
  connections.channels.create(id, [memory, null], 'pipe', [0, 1], connections);
  const ring = new Ring(memory, connections.slot);
  const stream = new RingStream(
    direction === 'from-process' ? ring : null,
    direction === 'to-process' ? ring : null,
    () => connections.channels.release(id, mine, connections),
  );
  return {
    end: connections.mustEnd(id, theirs),
    stream,
    release: () => connections.channels.release(id, theirs, connections),
  };
}
