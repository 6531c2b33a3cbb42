/** Functions from text: what v8::ScriptCompiler::CompileFunction does for Node. */
import type { KeptPlan } from '../cache/transforms.ts';
import type { Language } from '../language/language.ts';
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
  /** What the compile cache knows of the text. */
  readonly kept?: KeptPlan | undefined;
}

/** Throws the engine's SyntaxError. */
export function compileFunction(language: Language, text: FunctionText): (...values: unknown[]) => unknown {
  const { source, file, parameters, lineOffset, columnOffset, referrer } = text;
  const transformed = language.transforms.script(source, text.kept);
  const opening = `(function (${parameters.join(', ')}) {`;
  if (transformed === undefined) {
    // A hashbang is only one at the start of a script; here it would be an error.
    const body = source.startsWith('#!') ? `//${source.slice(2)}` : source;
    return language.compile(`${opening}${body}\n})`, { file, firstLineShift: opening.length, lineOffset, columnOffset }) as (...values: unknown[]) => unknown;
  }
  const { head, tail } = helperScope(transformed);
  const prefix = `${head}${opening}`;
  const factory = language.compile(`${prefix}${transformed.text}\n})${tail}`, { file, firstLineShift: prefix.length, lineOffset, columnOffset, shifts: transformed.shifts }) as (...values: unknown[]) => (...values: unknown[]) => unknown;
  return factory(...language.helpers(referrer, file, transformed.prefix));
}

/** A scope around the text in which the helpers have their names; `arguments` stays the text's own. */
export function helperScope(script: TransformedScript): { head: string; tail: string } {
  return { head: `(function(${helperParameters(namesOf(script)).join(',')}){return `, tail: '})' };
}
