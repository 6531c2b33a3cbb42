import type { Applet } from '../applet.ts';
import { TestError, testExpression } from '../test-expression.ts';

/** XCU test as a file, for `find -exec test` and `env [`: the builtin's own code and words. */
export const test: Applet = (context, args) => {
  try {
    return testExpression(context.sys, context.name, args) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    return context.fail(error.message, 2);
  }
};
