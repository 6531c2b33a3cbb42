/**
 * A request of the control port that is not performed; the other side is told `code`, an errno's name or
 * `UNSUPPORTED`.
 */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
