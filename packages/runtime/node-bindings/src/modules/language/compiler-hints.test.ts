import { expect, it } from 'vitest';
import { withoutCompilerHints } from './compiler-hints.ts';

it('takes advice to the compiler out and leaves what else has a percent sign', () => {
  expect(withoutCompilerHints('%PrepareFunctionForOptimization(f); %OptimizeFunctionOnNextCall (f)')).toBe(
    'void (f); void  (f)',
  );
  expect(withoutCompilerHints('a %Optimize(b); %IsSmi(1)')).toBe('a %Optimize(b); %IsSmi(1)');
});
