/**
 * Wraps a module's body into one function expression. Everything stands on the
 * first line, so line numbers stay.
 */
import { helperParameters } from './names.ts';
import { namesOf } from './transform.ts';
import { NAMESPACE, SOURCE, type ModuleBody, type ModuleTables } from './tables.ts';

/**
 * How the function runs.
 *
 *   once      a plain (async) function, called when the module is evaluated; imports are constants
 *   two-step  a generator: the first step declares functions and registers getters, at instantiation,
 *             so that a cycle can call what is hoisted; the second step runs the body; imports are live
 */
export type BodyMode = 'once' | 'two-step';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Text and parameters of the function that is the module. */
export interface AssembledModule {
  /** A function expression; the caller adds the script's name. */
  readonly text: string;
  /** Columns in front of the module's own first line. */
  readonly firstLineShift: number;
}

/**
 * Parameters: register, import.meta, the operand helper of top-level awaits, the
 * helpers of `helperParameters`, then namespaces and (two-step) records, one per request.
 */
export function assembleModule(tables: ModuleTables, body: ModuleBody, mode: BodyMode): AssembledModule {
  const names = namesOf(body);
  const { requests, imports, localExports } = tables;
  const parameters = [
    names.register,
    names.importMeta,
    names.topLevelOperand,
    ...helperParameters(names),
    ...requests.map((_, k) => `${names.namespace}${k}`),
  ];
  // Modules are strict (ECMA-262, 11.2.2), functions are not by themselves.
  let head = "'use strict';";
  if (tables.hasTopLevelAwait) head += `let ${names.frame};`;
  if (mode === 'two-step') parameters.push(...requests.map((_, k) => `${names.record}${k}`));
  if (localExports.length > 0) {
    // Getters: a binding that is read before its declaration
    // has run throws, as the specification has it.
    const getters = localExports.map(([name, local]) => `${propertyKey(name)}:()=>${local}`);
    head += `${names.register}({${getters.join(',')}});`;
  }
  const namespaces: string[] = [];
  const byRequest = new Map<number, string[]>();
  for (const [request, name, local] of imports) {
    if (name === NAMESPACE || name === SOURCE) namespaces.push(`const ${local}=${names.namespace}${request};`);
    else if (mode === 'once') mustPush(byRequest, request, name === local ? name : `${propertyKey(name)}:${local}`);
  }
  head += namespaces.join('');
  // A function that a cycle calls early must find the namespaces it names.
  if (mode === 'two-step') head += 'yield;';
  for (const [request, list] of byRequest) head += `const{${list.join(',')}}=${names.namespace}${request};`;
  const kind = `${tables.hasTopLevelAwait ? 'async ' : ''}function${mode === 'two-step' ? '*' : ''}`;
  const opening = `(${kind}(${parameters.join(',')}){${head}`;
  // A line of its own: the body may end with a line comment.
  return { text: `${opening}${body.text}\n})`, firstLineShift: opening.length };
}

/** `__proto__: x` in an object literal would set the prototype; computed it is a key. */
function propertyKey(name: string): string {
  if (name === '__proto__') return '["__proto__"]';
  return IDENTIFIER.test(name) ? name : JSON.stringify(name);
}

function mustPush(map: Map<number, string[]>, key: number, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
