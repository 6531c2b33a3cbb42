/** Functions from text: what v8::ScriptCompiler::CompileFunction does for Node. */
import type { KeptPlan } from '../cache/transforms.ts';
import type { Language } from '../language/language.ts';
import { inScopes } from './emulated-context.ts';
import { helperParameters } from '../transform/names.ts';
import { namesOf, type TransformedScript } from '../transform/transform.ts';

export interface FunctionText {
  readonly source: string;
  readonly file: string;
  readonly parameters: readonly string[];
  readonly lineOffset: number;
  readonly columnOffset: number;
  /** The name `import()` resolves against. */
  readonly referrer: symbol;
  /** Objects whose members are names of the text, the innermost last: a vm context, its extensions. */
  readonly scopes?: readonly object[];
  /** What the compile cache knows of the text. */
  readonly kept?: KeptPlan | undefined;
}

/** Throws the engine's SyntaxError. */
export function compileFunction(language: Language, text: FunctionText): (...values: unknown[]) => unknown {
  const { source, file, parameters, lineOffset, columnOffset, referrer, scopes = [] } = text;
  type Compiled = (...values: unknown[]) => unknown;
  const transformed = language.transforms.script(source, text.kept);
  const opening = `(function (${parameters.join(', ')}) {`;
  if (transformed === undefined) {
    // A hashbang is only one at the start of a script; here it would be an error.
    const body = source.startsWith('#!') ? `//${source.slice(2)}` : source;
    const expression = `${opening}${body}\n})`;
    if (scopes.length === 0) return language.compile(expression, { file, firstLineShift: opening.length, lineOffset, columnOffset }) as Compiled;
    const scoped = inScopes(expression, scopes.length);
    return (language.compile(scoped.text, { file, firstLineShift: scoped.shift + opening.length, lineOffset, columnOffset }) as (...scopes: readonly object[]) => Compiled)(...scopes);
  }
  const { head, tail } = helperScope(transformed);
  // The helpers are nearer than the scopes: none of their names is looked for in a sandbox.
  const scoped = inScopes(`${head}${opening}${transformed.text}\n})${tail}`, scopes.length);
  const firstLineShift = scoped.shift + head.length + opening.length;
  const inScope = language.compile(scoped.text, { file, firstLineShift, lineOffset, columnOffset, shifts: transformed.shifts }) as (...scopes: readonly object[]) => (...helpers: unknown[]) => Compiled;
  return inScope(...scopes)(...language.helpers(referrer, file, transformed.prefix));
}

/** A scope around the text in which the helpers have their names; `arguments` stays the text's own. */
export function helperScope(script: TransformedScript): { head: string; tail: string } {
  return { head: `(function(${helperParameters(namesOf(script)).join(',')}){return `, tail: '})' };
}
