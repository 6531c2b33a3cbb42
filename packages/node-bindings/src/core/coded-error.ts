/**
 * An error as C++ throws it: `THROW_ERR_…` of src/node_errors.h makes a plain
 * Error, TypeError or RangeError and sets `code` on it.
 */
export function codedError(Base: ErrorConstructor | TypeErrorConstructor | RangeErrorConstructor, code: string, message: string): Error & { code: string } {
  const error = new Base(message) as Error & { code: string };
  error.code = code;
  return error;
}
