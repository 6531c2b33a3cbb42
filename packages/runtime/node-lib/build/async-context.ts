/**
 * Carries AsyncLocalStorage over `await` in Node's own async functions.
 *
 * V8 restores the continuation frame when an await resumes; a browser gives no
 * hook for that, so the text does it. With `cg` = capture, `cr` = restore:
 *
 *   await X               ->  (t=await(t=X,f=cg(),t),cr(f),f=0,t)
 *   catch/finally {       ->  { if(f!==0){cr(f);f=0}
 *   for await(a of X) B   ->  for await(a of(t=X,f=cg(),t)){cr(f);f=0;try{B}finally{f=cg()}}cr(f);f=0;
 *
 * The frame is taken after X has run and before the function suspends, as V8
 * does: `await enter()` keeps what `enter()` entered. `f` holds a frame only
 * while suspended; 0 (never a frame) otherwise, so that a catch clause knows
 * whether it was reached by a rejected await or by a plain throw, which must
 * not change the frame.
 *
 * A `yield` needs nothing: V8 resumes a generator in its caller's frame. Not
 * covered: the `then` of an awaited thenable that is no promise runs in whatever
 * frame is current; lib awaits none where that could be seen.
 */
import type { AnyNode, ForOfStatement, Function as FunctionNode, Program, TryStatement } from 'acorn';
import { CONTEXT_HELPER_NAMES } from '../src/parameters.ts';
import { childrenOf, parseBuiltin } from './ast.ts';
import { EditList, type EditedText } from './edits.ts';

/** Locals of a transformed function; `$` keeps them apart from Node's own names. */
const FRAME = '$f';
const VALUE = '$t';
const { capture: CAPTURE, restore: RESTORE } = CONTEXT_HELPER_NAMES;
const RESUME = `if(${FRAME}!==0){${RESTORE}(${FRAME});${FRAME}=0}`;

/** Same lines as the source, with runs that say what has moved. */
export interface AsyncContextResult extends EditedText {
  /** Awaits and `for await` loops that were rewritten. */
  readonly sites: number;
}

/** What surrounds a node inside its function. */
interface Scope {
  used: boolean;
  readonly async: boolean;
}

/**
 * The transform described above, for one builtin. Fails the build where the text
 * uses one of the names already, or holds a construct nobody has thought about.
 */
export function carryAsyncContext(source: string, id: string): AsyncContextResult {
  // Half of lib awaits nothing and need not be parsed.
  if (!/\bawait\b/.test(source)) return { ...new EditList(source).apply(), sites: 0 };
  const taken = /(?<![\w$])(?:\$[ft]|__c[gr])(?![\w$])/.exec(source);
  if (taken) throw new Error(`Cannot transform "${id}": it already uses the name "${taken[0]}"`);
  const edits = new EditList(source);
  let sites = 0;

  const visitFunction = (node: FunctionNode): void => {
    const scope: Scope = { used: false, async: node.async };
    for (const parameter of node.params) visit(parameter as AnyNode, scope);
    visit(node.body as AnyNode, scope);
    if (!scope.used) return;
    const locals = `let ${FRAME}=0,${VALUE};`;
    if (node.body.type === 'BlockStatement') {
      // Before everything else in the body, or a hoisted function
      // could use them too early; directives have to stay first.
      edits.insert(afterDirectives(node.body as AnyNode), locals, Number.MIN_SAFE_INTEGER);
      return;
    }
    // An arrow's expression becomes the body of a block.
    const [start, end] = parenthesised(source, node.body.start, node.body.end);
    edits.wrap(start, end, `{${locals}return(`, ')}', true);
  };

  const visit = (node: AnyNode, scope: Scope | null): void => {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        visitFunction(node);
        return;
      case 'AwaitExpression': {
        sites += 1;
        use(scope, id, source, node);
        const operand = source.indexOf('await', node.start) + 'await'.length;
        // Two pairs around each other: the outer one runs after the await, the inner one before it.
        edits.wrap(node.start, node.end, `(${VALUE}=`, `,${RESTORE}(${FRAME}),${FRAME}=0,${VALUE})`);
        edits.wrap(operand, node.end, `(${VALUE}=`, `,${FRAME}=${CAPTURE}(),${VALUE})`);
        break;
      }
      case 'ForOfStatement':
        if (node.await) {
          sites += 1;
          use(scope, id, source, node);
          rewriteLoop(node);
        }
        break;
      case 'TryStatement':
        // Without an await inside, no catch of it can be reached by one.
        if (scope?.async === true && containsAwait(node)) rewriteTry(node, scope);
        break;
      case 'VariableDeclaration':
        if (node.kind === 'await using') throw new Error(`Cannot transform "${id}": "await using" is not known here`);
        break;
      default:
        break;
    }
    for (const child of childrenOf(node)) visit(child, scope);
  };

  const rewriteLoop = (node: ForOfStatement): void => {
    // The loop is left by code that we do not see: nothing would restore the frame.
    if (leavesByLabel(node.body as AnyNode)) throw new Error(`Cannot transform "${id}": "for await" left by a label`);
    edits.wrap(node.right.start, node.right.end, `(${VALUE}=`, `,${FRAME}=${CAPTURE}(),${VALUE})`, true);
    // The body runs with the frame from before the loop's own
    // await; on its way back to it the frame is taken anew.
    const { start, end } = node.body;
    edits.wrap(start, end, `{${RESTORE}(${FRAME});${FRAME}=0;try{`, `}finally{${FRAME}=${CAPTURE}()}}`, true);
    // A block, so that the loop may be the sole statement of an `if`.
    edits.wrap(node.start, end, '{', `${RESUME}}`, true);
  };

  const rewriteTry = (node: TryStatement, scope: Scope): void => {
    scope.used = true;
    if (node.handler) edits.insert(node.handler.body.start + 1, RESUME, Number.MIN_SAFE_INTEGER);
    if (node.finalizer) edits.insert(node.finalizer.start + 1, RESUME, Number.MIN_SAFE_INTEGER);
  };

  visit(parseBuiltin(source, id) as Program, null);
  return { ...edits.apply(), sites };
}

function use(scope: Scope | null, id: string, source: string, node: AnyNode): void {
  if (scope === null)
    throw new Error(`Cannot transform "${id}": await outside a function: ${source.slice(node.start, node.start + 40)}`);
  scope.used = true;
}

/** Position after `{` and a directive prologue, which must stay first. */
function afterDirectives(body: AnyNode): number {
  if (body.type !== 'BlockStatement') throw new Error('Cannot find directives: not a block');
  let position = body.start + 1;
  for (const statement of body.body) {
    if (statement.type !== 'ExpressionStatement' || typeof statement.directive !== 'string') break;
    position = statement.end;
  }
  return position;
}

/** Widens [start, end) over the parentheses around an arrow function's expression body. */
function parenthesised(source: string, start: number, end: number): readonly [number, number] {
  const before = /\(\s*$/.exec(source.slice(0, start));
  const after = /^\s*\)/.exec(source.slice(end));
  if (!before || !after) return [start, end];
  // `=> (` opens the body itself; `f(async () => x)` does not.
  return /=>\s*$/.test(source.slice(0, before.index)) ? [before.index, end + after[0].length] : [start, end];
}

/** True when this function suspends inside `node`. */
function containsAwait(node: AnyNode): boolean {
  if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await)) return true;
  for (const child of childrenOf(node)) {
    if (isFunction(child)) continue;
    if (containsAwait(child)) return true;
  }
  return false;
}

/** True for `break label` or `continue label` to a label outside `node`. */
function leavesByLabel(node: AnyNode, known: readonly string[] = []): boolean {
  if ((node.type === 'BreakStatement' || node.type === 'ContinueStatement') && node.label)
    return !known.includes(node.label.name);
  const inside = node.type === 'LabeledStatement' ? [...known, node.label.name] : known;
  for (const child of childrenOf(node)) {
    if (!isFunction(child) && leavesByLabel(child, inside)) return true;
  }
  return false;
}

function isFunction(node: AnyNode): boolean {
  return (
    node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'
  );
}
