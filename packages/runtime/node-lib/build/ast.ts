/** acorn with the settings of Node's builtin scripts, and a typed walk. */
import { parse, type AnyNode, type Program } from 'acorn';

/** A builtin is the body of a function: `return` and `await`-free top level are allowed. */
export function parseBuiltin(source: string, id: string): Program {
  try {
    return parse(source, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      allowHashBang: true,
    });
  } catch (error) {
    throw new Error(`Cannot parse builtin "${id}": ${(error as Error).message}`, { cause: error });
  }
}

/** Direct child nodes in source order of their keys. */
export function* childrenOf(node: AnyNode): Generator<AnyNode> {
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) yield item;
    } else if (isNode(value)) {
      yield value;
    }
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
