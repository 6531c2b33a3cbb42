import type { SourcePosition } from '../../realm/language-hooks.ts';
import { originalColumn } from '@slipway/module-transform';

/** A text that was compiled, and how its places map to those of the program's file. */
export interface CompiledScript {
  /** The name the program knows: a path, a URL, `[eval]`. */
  readonly file: string;
  /** Columns that the wrapper put in front of the text's first line. */
  readonly firstLineShift: number;
  /** The line on which the text begins; 1 unless the wrapper takes lines of its own. */
  readonly bodyLine?: number;
  /** Lines and columns the caller asked to be added (vm's offsets). */
  readonly lineOffset: number;
  readonly columnOffset: number;
  readonly shifts?: readonly number[];
}

/**
 * What was compiled here, by the name under which the engine knows it: how far
 * the wrapper pushed the first line to the right, and the text of scripts that
 * are no files.
 */
export class CompiledScripts {
  /** The last text of a name wins: a file compiled again is another text under the same URL. */
  readonly #byUrl = new Map<string, CompiledScript>();
  readonly #texts = new Map<string, { readonly text: string; readonly lineOffset: number }>();

  /** Notes the script; returns its `//# sourceURL` line. */
  register(script: CompiledScript): string {
    const url = sourceUrl(script.file);
    this.#byUrl.set(url, script);
    return `\n//# sourceURL=${url}`;
  }

  /** Keeps the text of a script that cannot be read from a file. */
  keepText(file: string, text: string, lineOffset: number): void {
    this.#texts.set(file, { text, lineOffset });
  }

  text(file: string): string | undefined {
    return this.#texts.get(file)?.text;
  }

  sourceLine(file: string, line: number): string | undefined {
    const known = this.#texts.get(file);
    return known?.text.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1 - known.lineOffset];
  }

  /** True for the wrapper's own code in front of the text: the getters of a module's exports. */
  isWrapper({ file, line, column }: SourcePosition): boolean {
    const script = this.#byUrl.get(file);
    if (script === undefined) return false;
    const { bodyLine = 1 } = script;
    return line < bodyLine || (line === bodyLine && column <= script.firstLineShift);
  }

  has(url: string): boolean {
    return this.#byUrl.has(url);
  }

  /** `undefined` for code that was not compiled here. */
  original({ file, line: compiledLine, column }: SourcePosition): SourcePosition | undefined {
    const script = this.#byUrl.get(file);
    if (script === undefined) return undefined;
    const line = compiledLine - (script.bodyLine ?? 1) + 1;
    // Columns from 0 here, from 1 outside; the wrapper stands on the first line only.
    const unwrapped = column - 1 - (line === 1 ? script.firstLineShift : 0);
    const own = script.shifts === undefined ? unwrapped : originalColumn(script.shifts, line, unwrapped);
    return {
      file: script.file,
      line: line + script.lineOffset,
      column: Math.max(0, own) + 1 + (line === 1 ? script.columnOffset : 0),
    };
  }
}

/**
 * The name that the engine and so a debugger knows the script by: a file's URL, as
 * in Node's own inspector. The magic comment ends at the first blank and must not
 * hold quotes.
 */
function sourceUrl(file: string): string {
  if (!file.startsWith('/')) return encodeBlanks(file);
  return `file://${PLAIN_PATH.test(file) ? file : encodePath(file)}`;
}

/** Nearly every path, which costs no encoding then. */
const PLAIN_PATH = /^[\w./@+~-]*$/;

function encodePath(path: string): string {
  // A path may hold half of a surrogate pair, which has no encoding.
  if (!path.isWellFormed()) return encodeBlanks(path);
  return encodeURI(path).replace(/[?#']/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
}

function encodeBlanks(file: string): string {
  return /[\s'"]/.test(file) ? file.replace(/[\s'"]/g, (char) => encodeURIComponent(char).replace("'", '%27')) : file;
}
