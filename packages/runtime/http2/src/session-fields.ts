/** Bytes lib and the session share, at the places of `SessionJSFields` (src/node_http2.h). */
const BITFIELD = 0;
const PRIORITY_LISTENERS = 1;
const MAX_INVALID_FRAMES = 4;
const MAX_REJECTED_STREAMS = 8;
const BYTES = 12;

const Bit = {
  hasRemoteSettingsListeners: 0,
  remoteSettingsUpToDate: 1,
  hasPingListeners: 2,
  hasAltsvcListeners: 3,
} as const;

/**
 * Memory shared with lib: lib writes there who listens and how much it puts up with, and the session reads it
 * without a call into JavaScript for every frame.
 */
export class SessionFields {
  readonly bytes = new Uint8Array(BYTES);

  constructor() {
    // Node's defaults: 1000 invalid frames, 100 rejected streams.
    new Uint32Array(this.bytes.buffer, MAX_INVALID_FRAMES, 2).set([1000, 100]);
  }

  get priorityListeners(): number {
    return this.bytes[PRIORITY_LISTENERS]!;
  }

  get hasRemoteSettingsListeners(): boolean {
    return this.#has(Bit.hasRemoteSettingsListeners);
  }

  get hasPingListeners(): boolean {
    return this.#has(Bit.hasPingListeners);
  }

  get hasAltsvcListeners(): boolean {
    return this.#has(Bit.hasAltsvcListeners);
  }

  get maxInvalidFrames(): number {
    return new Uint32Array(this.bytes.buffer, MAX_INVALID_FRAMES, 1)[0]!;
  }

  get maxRejectedStreams(): number {
    return new Uint32Array(this.bytes.buffer, MAX_REJECTED_STREAMS, 1)[0]!;
  }

  /** New SETTINGS have come: lib's cached `remoteSettings` are stale, the next read asks the binding again. */
  forgetRemoteSettings(): void {
    this.bytes[BITFIELD]! &= ~(1 << Bit.remoteSettingsUpToDate);
  }

  #has(bit: number): boolean {
    return (this.bytes[BITFIELD]! & (1 << bit)) !== 0;
  }
}
