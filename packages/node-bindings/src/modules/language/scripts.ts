/**
 * What was compiled here, by the name under which the engine knows it: how far
 * the wrapper pushed the first line to the right, and the text of scripts that
 * are no files.
 */
import type { SourcePosition } from '../../boot/language-hooks.ts';

export interface CompiledScript {
  /** The name the program knows: a path, a URL, `[eval]`. */
  readonly file: string;
  /** Columns that the wrapper put in front of line 1. */
  readonly firstLineShift: number;
  /** Lines and columns the caller asked to be added (vm's offsets). */
  readonly lineOffset: number;
  readonly columnOffset: number;
}

export class CompiledScripts {
  readonly #byUrl = new Map<string, CompiledScript>();
  readonly #texts = new Map<string, string>();

  /** Notes the script; returns its `//# sourceURL` line. */
  register(script: CompiledScript): string {
    const url = sourceUrl(script.file);
    const known = this.#byUrl.get(url);
    if (known === undefined || !isSame(known, script)) this.#byUrl.set(url, script);
    return `\n//# sourceURL=${url}`;
  }

  /** Keeps the text of a script that cannot be read from a file. */
  keepText(file: string, text: string): void {
    this.#texts.set(file, text);
  }

  sourceLine(file: string, line: number): string | undefined {
    return this.#texts.get(file)?.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1];
  }

  has(url: string): boolean {
    return this.#byUrl.has(url);
  }

  /** `undefined` for code that was not compiled here. */
  original({ file, line, column }: SourcePosition): SourcePosition | undefined {
    const script = this.#byUrl.get(file);
    if (script === undefined) return undefined;
    const shift = line === 1 ? script.columnOffset - script.firstLineShift : 0;
    return { file: script.file, line: line + script.lineOffset, column: Math.max(1, column + shift) };
  }
}

function isSame(a: CompiledScript, b: CompiledScript): boolean {
  return a.file === b.file && a.firstLineShift === b.firstLineShift && a.lineOffset === b.lineOffset && a.columnOffset === b.columnOffset;
}

/** The magic comment ends at the first blank and must not hold quotes. */
function sourceUrl(file: string): string {
  return /[\s'"]/.test(file) ? file.replace(/[\s'"]/g, (char) => encodeURIComponent(char).replace("'", '%27')) : file;
}
