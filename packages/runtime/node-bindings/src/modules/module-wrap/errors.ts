/** Errors that Node's C++ throws: a class, a code, a message (src/node_errors.h). */
export function nodeError(Class: ErrorConstructor | SyntaxErrorConstructor, code: string, message: string): Error {
  const error = new Class(message);
  Object.defineProperty(error, 'code', { value: code, writable: true, enumerable: true, configurable: true });
  return error;
}
