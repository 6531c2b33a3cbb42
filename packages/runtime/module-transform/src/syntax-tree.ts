/**
 * The slow, certain way: a real parser. Used where the scanner gave up, where
 * live bindings must be written into the text, and to say where an error is.
 *
 * The parser is Node's own copy of acorn, loaded only when it is needed.
 */
import type * as Acorn from 'acorn';
import type { Goal } from './scan-state.ts';

/** acorn’s `parse`: it is loaded when it is first needed. */
export type Parse = typeof Acorn.parse;

/** A node as the walkers see it: ESTree with positions, fields by name. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  // ESTree has some eighty shapes; the walkers ask `type` first.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly [field: string]: any;
}

/** What acorn throws. */
export interface ParseError extends SyntaxError {
  readonly pos: number;
  readonly loc: { readonly line: number; readonly column: number };
}

/** acorn's have `pos`, which an engine's own SyntaxError has not. */
export function isParseError(error: unknown): error is ParseError {
  return error instanceof SyntaxError && typeof (error as Partial<ParseError>).pos === 'number';
}

/** How a text is read: `script` is CommonJS, the body of a function; `global` has no function around it. */
export type ParseGoal = Goal | 'global';

const SOURCE_TYPES = { module: 'module', script: 'commonjs', global: 'script' } as const;

/** Throws acorn's SyntaxError, with `pos`. */
export function parseText(
  parse: Parse,
  source: string,
  goal: ParseGoal,
  onComment?: (start: number, end: number) => void,
): Node {
  // Parentheses are kept because edits go around them: `await (a, b)`.
  return parse(source, {
    ecmaVersion: 'latest',
    sourceType: SOURCE_TYPES[goal],
    allowHashBang: true,
    preserveParens: true,
    ...(onComment !== undefined && {
      onComment: (_isBlock: boolean, _text: string, start: number, end: number) => onComment(start, end),
    }),
  }) as unknown as Node;
}

const POSITIONS = new Set(['type', 'start', 'end']);

/** Child nodes in the order of the text; acorn's fields are not always (a clause's test comes last). */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const field in node) {
    if (POSITIONS.has(field)) continue;
    const value: unknown = node[field];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value)) {
      children.push(value);
    }
  }
  return children.length > 1 ? children.sort((a, b) => a.start - b.start) : children;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string';
}

/** Nested ones, too, in the order of the text. */
export function patternNames(pattern: Node | null | undefined, names: string[] = []): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      names.push(pattern.name);
      break;
    case 'ObjectPattern':
      // A property's key is no name unless it is the shorthand's, which is the value too.
      for (const property of pattern.properties)
        patternNames(property.type === 'RestElement' ? property.argument : property.value, names);
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) patternNames(element, names);
      break;
    case 'AssignmentPattern':
      patternNames(pattern.left, names);
      break;
    case 'RestElement':
      patternNames(pattern.argument, names);
      break;
    case 'ParenthesizedExpression':
      patternNames(pattern.expression, names);
      break;
  }
  return names;
}

/** Arrows, too; a method is a function expression in the tree. */
export function isFunction(node: Node): boolean {
  return (
    node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'
  );
}
