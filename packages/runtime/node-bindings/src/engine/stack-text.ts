import { isOwnUrl } from './engine-call-site.ts';

/**
 * Stacks of engines that give text where V8 gives call sites: a line a frame, `name@file:line:column`.
 * SpiderMonkey (js/src/vm/SavedStacks.cpp, BuildUTF8StackString) and JavaScriptCore write the same.
 */

/** A line of such a stack. Lines and columns count from 1. */
export interface TextFrame {
  /** As the engine calls it: `outer/inner<`, `Module.prototype.load`; '' for code of no function. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line on which the program evaluated this code; undefined for code that is no eval code of a program. */
  readonly evaluatedOnLine: number | undefined;
}

/** The greedy name of a file leaves the last two numbers. A name of a function holds no `@`, a path may. */
const FRAME = /^([^@]*)@(.*):(\d+):(\d+)$/;
/** What SpiderMonkey puts behind the file for code that was evaluated, once for each level of it. */
const EVALUATED = / line (\d+) > (?:eval|(?:Async)?(?:Generator)?Function)\b/g;
/** In front of a frame that waits for this one: its continuation, not a call. */
const ASYNCHRONOUS = /^[\w ]+\*/;

/** Frames without a place (native code) are left out. */
export function parseStackText(text: string): TextFrame[] {
  const frames: TextFrame[] = [];
  for (const row of text.split('\n')) {
    const match = FRAME.exec(row);
    if (match === null) continue;
    const [, name = '', place = '', line = '', column = ''] = match;
    // What comes from here on has returned already.
    if (ASYNCHRONOUS.test(name)) break;
    const levels = [...place.matchAll(EVALUATED)];
    const file = place.slice(0, levels[0]?.index);
    // Everything is evaluated by a script of ours, and named; what the program evaluates then is the second level.
    const evaluation = isOwnUrl(file) ? levels[1] : levels[0];
    frames.push({
      name,
      file,
      line: Number(line),
      column: Number(column),
      evaluatedOnLine: evaluation === undefined ? undefined : Number(evaluation[1]),
    });
  }
  return frames;
}

/** A function's name as V8 would infer it; `null` for none. */
export function functionNameOf(name: string): string | null {
  // Behind the last slash is the function itself, before it those around it; `<` marks one that only helps to make it.
  const own = name.slice(name.lastIndexOf('/') + 1);
  if (own === '' || own.endsWith('<')) return null;
  return own.replace(/\.prototype(?=\.)/, '').replace(/^this\./, '');
}
