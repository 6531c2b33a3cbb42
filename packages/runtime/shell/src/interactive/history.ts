import { Errno, OpenFlags } from '@slipway/posix';
import { type Vfs } from '@slipway/vfs';
import { decodeLossy, encode } from '../io/text.ts';

// Lines. The file may be longer: it is only ever appended to, and cut when it is read.
const MAX_ENTRIES = 1000;

/**
 * What was typed before, kept in a file of the user's. Two shells append to
 * the same one; each sees the other's lines when it starts. A file that
 * cannot be read or written makes a history that lasts as long as the shell.
 */
export class History {
  readonly #fs: Vfs;
  readonly #path: string | undefined;
  readonly #entries: string[];

  constructor(fs: Vfs, path: string | undefined) {
    this.#fs = fs;
    this.#path = path;
    const bytes = path === undefined ? Errno.ENOENT : fs.readFile(path);
    this.#entries =
      typeof bytes === 'number'
        ? []
        : decodeLossy(bytes)
            .split('\n')
            .filter((line) => line !== '')
            .slice(-MAX_ENTRIES);
  }

  /** Oldest first. The array is the history's own: an index stays right until the next `add`. */
  get entries(): readonly string[] {
    return this.#entries;
  }

  add(line: string): void {
    // A leading blank keeps a line out, as a repeated one is.
    if (line.trim() === '' || line.startsWith(' ') || line === this.#entries.at(-1)) return;
    this.#entries.push(line);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
    // The file has a command a line; one of several lines lives only in memory.
    if (this.#path === undefined || line.includes('\n')) return;
    const ino = this.#fs.open(this.#path, OpenFlags.wronly | OpenFlags.creat | OpenFlags.append, 0o600);
    if (ino < 0) return;
    this.#fs.append(ino, encode(`${line}\n`));
    this.#fs.release(ino);
  }

  /** The index of the youngest entry before `before` that contains `text`, -1 when there is none. */
  search(text: string, before: number): number {
    for (let i = before - 1; i >= 0; i--) if (this.#entries[i]?.includes(text) === true) return i;
    return -1;
  }
}
