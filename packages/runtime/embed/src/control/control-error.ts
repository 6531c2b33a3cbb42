/**
 * Why the container did not do what was asked. `code` is the container's own
 * (an errno name or `UNSUPPORTED`) or one of the client's:
 *
 *   EPIPE             the port is closed: the container's page is gone
 *   EAGAIN            too many requests wait for their reply
 *   ENOBUFS           a program wrote more before its pid was known than is kept
 *   EPROTO            a reply that has no meaning
 *   EPROTONOSUPPORT   the container speaks another version of the control port
 *   EBOOT             the container said that it cannot boot
 */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code: string;
  /** What the container said, without what was asked of it. */
  readonly reason: string;

  constructor(code: string, action: string, reason: string) {
    super(action === '' ? reason : `${action}: ${reason}`);
    this.code = code;
    this.reason = reason;
  }
}
