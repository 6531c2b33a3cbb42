/**
 * What was compiled here, by the name under which the engine knows it: how far
 * the wrapper pushed the first line to the right, and the text of scripts that
 * are no files.
 */
import type { SourcePosition } from '../../boot/language-hooks.ts';
import { originalColumn } from '../transform/edit-list.ts';

export interface CompiledScript {
  /** The name the program knows: a path, a URL, `[eval]`. */
  readonly file: string;
  /** Columns that the wrapper put in front of line 1. */
  readonly firstLineShift: number;
  /** Lines and columns the caller asked to be added (vm's offsets). */
  readonly lineOffset: number;
  readonly columnOffset: number;
  /** Where the transform moved columns. */
  readonly shifts?: readonly number[];
}

export class CompiledScripts {
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

  /** True for the wrapper's own code in front of line 1: the getters of a module's exports. */
  isWrapper({ file, line, column }: SourcePosition): boolean {
    return line === 1 && column <= (this.#byUrl.get(file)?.firstLineShift ?? 0);
  }

  has(url: string): boolean {
    return this.#byUrl.has(url);
  }

  /** `undefined` for code that was not compiled here. */
  original({ file, line, column }: SourcePosition): SourcePosition | undefined {
    const script = this.#byUrl.get(file);
    if (script === undefined) return undefined;
    const unwrapped = column - 1 - (line === 1 ? script.firstLineShift : 0);
    const own = script.shifts === undefined ? unwrapped : originalColumn(script.shifts, line, unwrapped);
    return { file: script.file, line: line + script.lineOffset, column: Math.max(0, own) + 1 + (line === 1 ? script.columnOffset : 0) };
  }
}

/** The magic comment ends at the first blank and must not hold quotes. */
function sourceUrl(file: string): string {
  return /[\s'"]/.test(file) ? file.replace(/[\s'"]/g, (char) => encodeURIComponent(char).replace("'", '%27')) : file;
}
