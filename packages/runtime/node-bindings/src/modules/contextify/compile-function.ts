/** Functions from text: what v8::ScriptCompiler::CompileFunction does for Node. */
import type { KeptPlan } from '../cache/transforms.ts';
import type { Language } from '../language/language.ts';
import { sourceMapUrl } from '../language/magic-comments.ts';
import { isOwnFile } from '../language/own-file.ts';
import { inScopes } from './emulated-context.ts';
import { helperParameters, namesOf, type TransformedScript } from '@slipway/module-transform';

/** `lineOffset` is vm's option of that name. */
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
  readonly kept?: KeptPlan | undefined;
}

/**
 * The function of the text, not called yet. Throws the engine's SyntaxError. Two ways: a text that needs no helpers
 * is compiled by the engine's own Function constructor; a transformed one inside
 * a function that has them as parameters.
 */
export function compileFunction(language: Language, text: FunctionText): (...values: unknown[]) => unknown {
  const { source, file, parameters, lineOffset, columnOffset, referrer, scopes = [] } = text;
  type Compiled = (...values: unknown[]) => unknown;
  const transformed = language.transforms.script(source, text.kept);
  const opening = `(function (${parameters.join(', ')}) {`;
  checkParameters(parameters);
  if (transformed === undefined) {
    // A hashbang is only one at the start of a script; here it would be an error.
    const body = source.startsWith('#!') ? `//${source.slice(2)}` : source;
    // Its lines are those of its file, for whoever debugs it.
    if (scopes.length === 0 && isReadByPeople(file, body) && !BEGINS_WITH_ARROW.test(body)) {
      language.checkBody(body);
      const script = { file, firstLineShift: opening.length, lineOffset, columnOffset };
      return language.compile(`${opening}${body}\n})`, script) as Compiled;
    }
    if (scopes.length === 0)
      return language.compileBody(parameters, body, { file, lineOffset, columnOffset }) as Compiled;
    // The text is put between brackets below, so it must not be able to close them.
    language.checkBody(body);
    // On lines of its own, as in a body: `-->` begins a comment where a line begins.
    const scoped = inScopes(`${opening}\n${body}\n})`, scopes.length);
    return (
      language.compile(scoped.text, { file, firstLineShift: 0, bodyLine: 2, lineOffset, columnOffset }) as (
        ...scopes: readonly object[]
      ) => Compiled
    )(...scopes);
  }
  // What was transformed has been read to its end: its brackets are in order.
  const { head, tail } = helperScope(transformed);
  // The helpers are nearer than the scopes: none of their names is looked for in a sandbox.
  const scoped = inScopes(`${head}${opening}${transformed.text}\n})${tail}`, scopes.length);
  const firstLineShift = scoped.shift + head.length + opening.length;
  const inScope = language.compile(scoped.text, {
    file,
    firstLineShift,
    lineOffset,
    columnOffset,
    shifts: transformed.shifts,
  }) as (...scopes: readonly object[]) => (...helpers: unknown[]) => Compiled;
  return inScope(...scopes)(...language.helpers(referrer, file, transformed.prefix));
}

/** A scope around the text in which the helpers have their names; `arguments` stays the text's own. */
export function helperScope(script: TransformedScript): { head: string; tail: string } {
  return { head: `(function(${helperParameters(namesOf(script)).join(',')}){return `, tail: '})' };
}

/**
 * The second look at a text costs as much as the first: not for large bundles without a map, whose lines say little.
 */
const MAX_LOOKED_AT_TWICE = 256 * 1024;

function isReadByPeople(file: string, body: string): boolean {
  return isOwnFile(file) && (body.length <= MAX_LOOKED_AT_TWICE || sourceMapUrl(body) !== undefined);
}

/** `-->` begins a comment where a line begins, and only there. */
const BEGINS_WITH_ARROW = /^(?:\s|\/\*[^]*?\*\/)*-->/;

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** V8 compiles nothing else, and Node ends the process by an assertion. */
function checkParameters(parameters: readonly string[]): void {
  const wrong = parameters.find((name) => !IDENTIFIER.test(name));
  if (wrong !== undefined) throw new SyntaxError(`Invalid parameter name '${wrong}'`);
}
