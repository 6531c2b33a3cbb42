/**
 * `timeout` of vm scripts and modules. No page can stop code from outside but by ending its
 * worker, so a script that is given a time looks at the clock itself: at each
 * turn of its loops and at the start of its functions. Code of others that it
 * calls (a long `sort`, a regular expression) is not stopped.
 * Reference: Watchdog, src/node_watchdog.cc.
 */
import { TreeEdits, childrenOf, parseText, type Node, type Parse, type Goal } from '@slipway/module-transform';
import { nodeError } from '../module-wrap/errors.ts';

/** The clock is looked at once in so many turns. performance.now() costs as much as many turns of a small loop. */
const TURNS = 64;

const LOOPS = new Set(['ForStatement', 'ForInStatement', 'ForOfStatement', 'WhileStatement', 'DoWhileStatement']);
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** Calls of `guard` in every loop and function of a text; `undefined` where it has none. */
export function guardScript(source: string, parse: Parse, guard: string, goal: Goal = 'script'): string | undefined {
  const edits = new TreeEdits();
  const call = `${guard}();`;
  const visit = (node: Node): void => {
    if (LOOPS.has(node.type)) {
      const body = node['body'] as Node;
      if (body.type === 'BlockStatement') edits.open(body.start + 1, call);
      else {
        // A body without braces gets some.
        edits.open(body.start, `{${call}`);
        edits.close(body.end, '}');
      }
    } else if (FUNCTIONS.has(node.type) && (node['body'] as Node).type === 'BlockStatement') {
      // A call in front of 'use strict' would make it an ordinary string.
      const directives = ((node['body'] as Node)['body'] as Node[]).filter(
        (statement) => typeof statement['directive'] === 'string',
      );
      edits.open(directives.at(-1)?.end ?? (node['body'] as Node).start + 1, directives.length > 0 ? `;${call}` : call);
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parseText(parse, source, goal));
  return edits.isEmpty ? undefined : edits.toList().apply(source);
}

interface Limit {
  readonly timeoutMs: number;
  readonly deadline: number;
  turns: number;
  /** From now on every turn throws: the script may catch it as often as it likes. */
  isOver: boolean;
}

/** The limits of the scripts that run now, each inside the one before. */
export class ScriptTimeouts {
  readonly #nowMs: () => number;
  readonly #running: Limit[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * Runs a script whose loops call `guard`. Throws ERR_SCRIPT_EXECUTION_TIMEOUT when its
   * time, or that of a script around it, is over.
   */
  run<Result>(timeoutMs: number, work: (guard: () => void) => Result): Result {
    const limit: Limit = { timeoutMs, deadline: this.#nowMs() + timeoutMs, turns: 0, isOver: false };
    this.#running.push(limit);
    try {
      const result = work(() => this.#guard(limit));
      // The script may have caught what the guard threw.
      this.#check();
      return result;
    } finally {
      this.#running.pop();
    }
  }

  /** Functions of a script outlive it: without a limit they run free. */
  #guard(limit: Limit): void {
    if (!limit.isOver && ++limit.turns % TURNS !== 0) return;
    if (!this.#running.includes(limit)) return;
    this.#check();
  }

  #check(): void {
    const now = this.#nowMs();
    // The outermost one that is over: everything inside it ends with it, and its message counts.
    const first = this.#running.findIndex(({ deadline }) => now > deadline);
    const over = this.#running[first];
    for (const limit of over === undefined ? [] : this.#running.slice(first)) limit.isOver = true;
    if (over !== undefined)
      throw nodeError(Error, 'ERR_SCRIPT_EXECUTION_TIMEOUT', `Script execution timed out after ${over.timeoutMs}ms`);
  }
}
