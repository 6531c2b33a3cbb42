/**
 * `%OptimizeFunctionOnNextCall(f)` and its like, which `--allow-natives-syntax`
 * lets a program write: advice to the engine's compiler. A page cannot give it,
 * and what the program computes does not depend on it, so it is taken out. Every
 * other %Name stays what it is in a page: a SyntaxError.
 * Reference: V8, src/runtime/runtime-test.cc.
 */
const HINT = new RegExp(
  '%(?:PrepareFunctionForOptimization|OptimizeFunctionOnNextCall|OptimizeMaglevOnNextCall|' +
    'NeverOptimizeFunction|DeoptimizeFunction|ClearFunctionFeedback)(?=\\s*\\()',
  'g',
);

/** The text with each hint's argument left to be evaluated. */
export function withoutCompilerHints(text: string): string {
  return text.replace(HINT, 'void ');
}
