import { stripVTControlCharacters } from 'node:util';

/** A tool's output without what differs from one run to the next: its folder, times of day, how long it took. */
export function comparable(output: string, folder: string): string {
  return (
    stripVTControlCharacters(output)
      // npm's opinion of the settings of a machine: this one may have some that its npm does not know.
      .replace(/^npm warn Unknown .*\n?/gm, '')
      .replaceAll(folder, '<folder>')
      .replace(/\b\d\d:\d\d:\d\d\b/g, '<clock>')
      .replace(/\b\d+(?:\.\d+)? ?(?:ms|s)\b/g, '<time>')
      // Vitest says of slow tests alone how long they took.
      .replace(/ +<time>$/gm, '')
      .trimEnd()
  );
}
