/**
 * Errors that Node's C++ throws: a class, a code, a message (src/node_errors.h). The code is an own property that
 * shows, unlike lib's errors, whose code is part of their stack's title.
 */
export function nodeError(Class: ErrorConstructor | SyntaxErrorConstructor, code: string, message: string): Error {
  const error = new Class(message);
  Object.defineProperty(error, 'code', { value: code, writable: true, enumerable: true, configurable: true });
  return error;
}
