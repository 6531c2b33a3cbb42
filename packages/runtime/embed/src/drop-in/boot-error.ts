/** Why nothing boots; each with another thing to do. */
export type BootErrorCode =
  /** What was given as the runtime's address is none. */
  | 'BAD_ADDRESS'
  /** The page has no shared memory: its own headers lack. */
  | 'NOT_ISOLATED'
  /** A policy of the page, or a header that lacks on the runtime's host, keeps the frame away. */
  | 'FRAME_BLOCKED'
  | 'UNREACHABLE'
  /** Something answers that says nothing: it is no runtime, or an unsuitable one. */
  | 'SILENT';

/** `boot()` cannot succeed; the text says what to set. */
export class BootError extends Error {
  override readonly name = 'BootError';
  readonly code: BootErrorCode;

  constructor(code: BootErrorCode, message: string) {
    super(`Cannot boot: ${message}`);
    this.code = code;
  }
}
