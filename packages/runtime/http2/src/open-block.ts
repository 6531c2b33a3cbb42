import type { FrameHeader } from './frames.ts';

/**
 * Between HEADERS and the END_HEADERS of its last CONTINUATION no other frame may come (RFC 9113, 6.10).
 * `promisedId` is 0 except for PUSH_PROMISE.
 */
export interface OpenBlock {
  readonly header: FrameHeader;
  readonly parts: Uint8Array[];
  readonly promisedId: number;
}

/** The connection cannot go on: the caller is told this LibError. */
export class Fatal extends Error {
  readonly libError: number;

  constructor(libError: number) {
    super(`fatal HTTP/2 error ${libError}`);
    this.libError = libError;
  }
}
