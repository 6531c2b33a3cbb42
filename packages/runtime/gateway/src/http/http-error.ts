/** The other side broke HTTP/1.1, or a limit. The connection cannot be used any more. */
export class HttpError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'HttpError';
  }
}
