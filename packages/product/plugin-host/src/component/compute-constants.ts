import { InstantiationError } from '../ground/refusal.ts';
import type { ConstantStep } from '../wasm/decode-module.ts';
import { computedName } from '../wasm/meter-globals.ts';

/** Values of a module's computed constants, as globals to import; `globals` are those that it imports. */
export function computeConstants(
  constants: readonly { readonly type: number; readonly steps: readonly ConstantStep[] }[],
  globals: readonly WebAssembly.Global[],
): Record<string, WebAssembly.Global> {
  return Object.fromEntries(
    constants.map(({ type, steps }, index) => {
      const value = compute(steps, globals);
      const wrapped =
        type === 0x7e
          ? new WebAssembly.Global({ value: 'i64' }, BigInt.asIntN(64, value))
          : new WebAssembly.Global({ value: 'i32' }, Number(BigInt.asIntN(32, value)));
      return [computedName(index), wrapped];
    }),
  );
}

/**
 * A constant expression as a machine with a stack. All of it in 64 bits: of add, sub and mul the low 32 bits
 * are those that i32 would give. Throws `InstantiationError` where the engine would have found it invalid.
 */
function compute(steps: readonly ConstantStep[], globals: readonly WebAssembly.Global[]): bigint {
  const stack: bigint[] = [];
  for (const step of steps) {
    if ('value' in step) stack.push(BigInt(step.value));
    else if ('global' in step) {
      const value: unknown = globals[step.global]?.value;
      if (typeof value !== 'number' && typeof value !== 'bigint') {
        throw new InstantiationError('a constant is computed from what is no number');
      }
      if (!Number.isInteger(Number(value))) throw new InstantiationError('a constant is computed from a fraction');
      stack.push(BigInt(value));
    } else {
      const right = stack.pop();
      const left = stack.pop();
      if (left === undefined || right === undefined) throw new InstantiationError('a constant has too few operands');
      const { operator } = step;
      stack.push(
        BigInt.asIntN(64, operator === 'add' ? left + right : operator === 'sub' ? left - right : left * right),
      );
    }
  }
  if (stack.length !== 1) throw new InstantiationError('a constant is computed to no one value');
  return stack[0]!;
}
