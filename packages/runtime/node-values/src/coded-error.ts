/**
 * An error as C++ throws it: `THROW_ERR_…` of src/node_errors.h makes a plain
 * Error, TypeError or RangeError and sets `code` on it.
 */
export function codedError(Base: AnyErrorConstructor, code: string, message: string): Error & { code: string } {
  const error = nativeError(Base, message) as Error & { code: string };
  error.code = code;
  return error;
}

type AnyErrorConstructor = ErrorConstructor | TypeErrorConstructor | RangeErrorConstructor;

/** Frames of this room that can lie between a binding's entry and here. */
const OWN_FRAMES = 10;

/**
 * An error made in native code: no frame of it shows in the stack trace, so the
 * engine has to collect more than the program asked for. `src/modules/stack`
 * leaves ours out and cuts what is too much.
 */
export function nativeError(Base: AnyErrorConstructor, message: string): Error {
  const limits = Error as unknown as { stackTraceLimit: unknown };
  const limit = limits.stackTraceLimit;
  // Frozen, replaced or switched off by the program: then no extra frames.
  if (typeof limit !== 'number' || limit <= 0 || !Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable)
    return new Base(message);
  limits.stackTraceLimit = limit + OWN_FRAMES;
  try {
    return new Base(message);
  } finally {
    limits.stackTraceLimit = limit;
  }
}
