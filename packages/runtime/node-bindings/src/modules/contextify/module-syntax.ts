import { inV8Words } from '../../engine/syntax-words.ts';

/**
 * Is a text that does not compile as CommonJS a module? Decided by what the
 * engine complained of. Reference: ShouldRetryAsESM, src/node_contextify.cc.
 */
export type CompileAttempt = (source: string) => SyntaxError | undefined;

const ONLY_IN_MODULES = [
  'Cannot use import statement outside a module',
  "Unexpected token 'export'",
  "Cannot use 'import.meta' outside a module",
];

/** Legal in a module, an error in CommonJS: then the rest must be legal as well. */
const ERRORS_ONLY_IN_COMMONJS = [
  "Identifier '__filename' has already been declared",
  "Identifier '__dirname' has already been declared",
  "Identifier 'exports' has already been declared",
  "Identifier 'module' has already been declared",
  "Identifier 'require' has already been declared",
];

/** Whether the error says that the text can only be a module. */
export function isModuleSyntaxError(message: string): boolean {
  return ONLY_IN_MODULES.some((known) => message.includes(known));
}

/** `compileAsync` compiles the text as the body of an async function without parameters. */
export function shouldRetryAsModule(complaint: string, source: string, compileAsync: CompileAttempt): boolean {
  const message = inV8Words(complaint);
  if (isModuleSyntaxError(message)) return true;
  // The engine words a misplaced `await` by what follows it: then it is asked again.
  const mayBeAwait = /\bawait\b/.test(source);
  if (!mayBeAwait && !ERRORS_ONLY_IN_COMMONJS.some((known) => message.includes(known))) return false;
  const error = compileAsync(source);
  return error === undefined || isModuleSyntaxError(inV8Words(error.message));
}
