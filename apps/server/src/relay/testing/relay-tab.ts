import type { Duplex } from 'node:stream';
import { encodeRelayFrame, parseRelayFrame, type RelayFrame } from '@slipway/wire';
import { maskedFrame, readFrame } from '../../live/testing/fake-tab.ts';

/** A tab's end of the relay that does what it is told, the forbidden too. */
export interface RelayTab {
  send(frame: RelayFrame): void;
  /** In one piece of the socket, so that nothing happens between them. */
  sendAtOnce(frames: readonly RelayFrame[]): void;
  sendRaw(message: Uint8Array): void;
  next(stream: number): Promise<RelayFrame>;
  readonly closed: Promise<number | undefined>;
  close(): void;
}

/** Reads frames off the raw socket, so that a test can also send broken ones. */
export function joinRelay(socket: Duplex, head: Buffer): RelayTab {
  const frames: RelayFrame[] = [];
  let wake: () => void = () => undefined;
  let code: number | undefined;
  let buffered = Buffer.alloc(0);
  const receive = (bytes: Buffer): void => {
    buffered = Buffer.concat([buffered, bytes]);
    for (let frame = readFrame(buffered); frame !== undefined; frame = readFrame(buffered)) {
      buffered = buffered.subarray(frame.end);
      const parsed = frame.opcode === 2 ? parseRelayFrame(Uint8Array.from(frame.payload)) : undefined;
      if (parsed) frames.push(parsed);
      if (frame.opcode === 8) code = frame.payload.readUInt16BE(0);
    }
    wake();
  };
  socket.on('data', receive);
  socket.on('error', () => socket.destroy());
  receive(head);
  // Opcode 2: a binary frame, masked as a browser's are.
  const sendRaw = (message: Uint8Array): void => void socket.write(maskedFrame(2, message));
  return {
    send: (frame) => sendRaw(encodeRelayFrame(frame)),
    sendAtOnce: (all) => void socket.write(Buffer.concat(all.map((frame) => maskedFrame(2, encodeRelayFrame(frame))))),
    sendRaw,
    async next(stream) {
      for (;;) {
        const at = frames.findIndex((frame) => frame.stream === stream);
        const [frame] = at < 0 ? [] : frames.splice(at, 1);
        if (frame) return frame;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    closed: new Promise((resolve) => socket.once('close', () => resolve(code))),
    close: () => void socket.destroy(),
  };
}
