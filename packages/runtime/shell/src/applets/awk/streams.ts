import { OpenFlags } from '@slipway/posix';
import { readAll, readChunk } from '../../io/input.ts';
import { decodeLossy, encode } from '../../io/text.ts';
import { hiddenPipe, RedirectUndo } from '../../process/descriptors.ts';
import { exitCode, startProgram, waitFor } from '../../process/process.ts';
import type { AppletContext } from '../applet.ts';

const SHELL = '/bin/sh';

// `text` waits to be written: files in blocks, pipes at
// once, so that a command sees lines as they are printed.
interface Writer {
  readonly operator: '>' | '>>' | '|';
  readonly fd: number;
  readonly pid: number | undefined;
  text: string;
}

/**
 * `at` is where the next record begins in `text`; when more is read, what lies before it is dropped and `at` is 0
 * again.
 */
export interface RecordSource {
  text: string;
  at: number;
  /** More text, `undefined` at the end. */
  more: (() => string | undefined) | undefined;
}

/**
 * What an awk program has open beside its input: files, and commands by
 * pipes. Each is known by the text that opened it until `close` of that text,
 * so a second `print > "f"` goes on where the first one stopped (XCU awk).
 */
export class Streams {
  readonly #context: AppletContext;
  readonly #writers = new Map<string, Writer>();
  readonly #readers = new Map<string, RecordSource>();

  constructor(context: AppletContext) {
    this.#context = context;
  }

  /** False when it cannot be opened. */
  write(operator: Writer['operator'], name: string, text: string): boolean {
    let writer = this.#writers.get(name);
    if (writer === undefined) {
      if (operator !== '|' && name === '/dev/stdout') {
        this.#context.out.write(text);
        return true;
      }
      writer = operator === '|' ? this.#startWriter(name) : this.#openFile(operator, name);
      if (writer === undefined) return false;
      this.#writers.set(name, writer);
    }
    writer.text += text;
    if (writer.text.length > 8192 || operator === '|') this.#flushWriter(writer);
    return true;
  }

  /**
   * The records of a file or of a command's output, from where the
   * last `getline` stopped; `undefined` when it cannot be opened.
   */
  reader(kind: 'file' | 'command', name: string): RecordSource | undefined {
    const known = this.#readers.get(name);
    if (known !== undefined) return known;
    const text = kind === 'file' ? this.#readFile(name) : this.#readCommand(name);
    if (text === undefined) return undefined;
    const source: RecordSource = { text, at: 0, more: undefined };
    this.#readers.set(name, source);
    return source;
  }

  /** All that is waiting goes out, before another program writes to the same places. */
  flush(): void {
    this.#context.out.flush();
    for (const writer of this.#writers.values()) this.#flushWriter(writer);
  }

  /** The status of a command, 0 for a file, -1 when nothing of that name is open. */
  close(name: string): number {
    const wasRead = this.#readers.delete(name);
    const writer = this.#writers.get(name);
    if (writer === undefined) return wasRead ? 0 : -1;
    this.#writers.delete(name);
    this.#flushWriter(writer);
    this.#context.sys.descriptors.close(writer.fd);
    return writer.pid === undefined ? 0 : exitCode(waitFor(this.#context.sys, writer.pid, () => undefined));
  }

  /** At the end of the program: commands get their end of input and are waited for. */
  closeAll(): void {
    this.#context.out.flush();
    for (const name of [...this.#writers.keys()]) this.close(name);
  }

  #flushWriter(writer: Writer): void {
    if (writer.text === '') return;
    this.#context.sys.descriptors.write(writer.fd, encode(writer.text), null);
    writer.text = '';
  }

  #openFile(operator: '>' | '>>', name: string): Writer | undefined {
    const { sys } = this.#context;
    const flags = OpenFlags.wronly | OpenFlags.creat | OpenFlags.append | (operator === '>' ? OpenFlags.trunc : 0);
    const fd = sys.descriptors.open(sys.absolute(name), flags, 0o666 & ~sys.umask());
    return fd < 0 ? undefined : { operator, fd, pid: undefined, text: '' };
  }

  #startWriter(command: string): Writer | undefined {
    // What was printed before has to come before what the command prints.
    this.#context.out.flush();
    const pipe = hiddenPipe(this.#context.sys.descriptors);
    const pid = this.#start(command, pipe.read, 0);
    this.#context.sys.descriptors.close(pipe.read);
    return pid < 0 ? undefined : { operator: '|', fd: pipe.write, pid, text: '' };
  }

  #readCommand(command: string): string | undefined {
    const { descriptors } = this.#context.sys;
    this.flush();
    const pipe = hiddenPipe(descriptors);
    const pid = this.#start(command, pipe.write, 1);
    descriptors.close(pipe.write);
    // Read to its end before the first record: a worker
    // cannot wait for the pipe and the child at once.
    const bytes = readAll(descriptors, pipe.read);
    descriptors.close(pipe.read);
    if (pid < 0) return undefined;
    waitFor(this.#context.sys, pid, () => undefined);
    return typeof bytes === 'number' ? undefined : decodeLossy(bytes);
  }

  #start(command: string, from: number, fd: number): number {
    const { sys, env } = this.#context;
    const undo = new RedirectUndo(sys.descriptors);
    // The child inherits what descriptor `fd` is at this moment.
    undo.replace(from, fd);
    const pid = startProgram(sys, { path: SHELL, argv: ['sh', '-c', command], env, group: 'inherit' });
    undo.restore();
    return pid;
  }

  #readFile(name: string): string | undefined {
    const { sys } = this.#context;
    if (name === '-') {
      const bytes = readAll(sys.descriptors, 0);
      return typeof bytes === 'number' ? undefined : decodeLossy(bytes);
    }
    const bytes = sys.fs.readFile(sys.absolute(name));
    return typeof bytes === 'number' ? undefined : decodeLossy(bytes);
  }
}

/** Records of a descriptor as they come. */
export function sourceOf({ sys }: AppletContext, fd: number): RecordSource {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    text: '',
    at: 0,
    // Bytes of a character may come in two chunks.
    more: () => {
      const chunk = readChunk(sys.descriptors, fd);
      return typeof chunk === 'number' || chunk.length === 0 ? undefined : decoder.decode(chunk, { stream: true });
    },
  };
}

/**
 * The next record by RS (XCU awk): a character, an
 * expression, or empty lines; `undefined` at the end.
 */
export function nextRecord(
  source: RecordSource,
  separator: string,
  compile: (text: string) => RegExp,
): string | undefined {
  for (;;) {
    // Paragraph mode: newlines before the first record do not count.
    if (separator === '') while (source.text[source.at] === '\n') source.at++;
    const found = findSeparator(source, separator, compile);
    // A separator at the very end of what was read so far may go on.
    if (found !== undefined && (source.more === undefined || separator.length === 1 || found.to < source.text.length)) {
      const record = source.text.slice(source.at, found.from);
      source.at = found.to;
      return record;
    }
    const more = source.more?.();
    if (more !== undefined) {
      source.text = source.text.slice(source.at) + more;
      source.at = 0;
      continue;
    }
    // The end: what was found stands, also a separator that could have gone on.
    source.more = undefined;
    if (found !== undefined) continue;
    if (source.at >= source.text.length) return undefined;
    const rest = source.text.slice(source.at);
    source.at = source.text.length;
    return separator === '' ? rest.replace(/\n+$/, '') : rest;
  }
}

/**
 * From where the source stands; undefined where what was read so far has none. An empty RS means blank lines
 * (XCU awk, "Variables and Special Variables").
 */
function findSeparator(
  source: RecordSource,
  separator: string,
  compile: (text: string) => RegExp,
): { from: number; to: number } | undefined {
  if (separator.length === 1) {
    const from = source.text.indexOf(separator, source.at);
    return from === -1 ? undefined : { from, to: from + 1 };
  }
  // Not the compiled one itself: its place belongs to `~` and split.
  const expression = separator === '' ? /\n\n+/g : new RegExp(compile(separator).source, 'gu');
  expression.lastIndex = source.at;
  const match = expression.exec(source.text);
  // A separator that is empty would never get on.
  return match === null || match[0] === '' ? undefined : { from: match.index, to: match.index + match[0].length };
}
