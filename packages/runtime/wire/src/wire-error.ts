/** A message or payload that breaks the protocol. Nothing has been changed when it is thrown. */
export class WireError extends Error {
  /** As Node names a bad argument, since client code looks at `code`. */
  readonly code = 'ERR_INVALID_ARG_VALUE';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WireError';
  }
}
