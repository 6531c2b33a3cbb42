import { Errno, strerror } from '@slipway/posix';
import type { DescriptorTable } from '@slipway/kernel';
import { encode } from './text.ts';

// UTF-16 units. Below what a pipe holds, so that a flush seldom has to wait for the reader.
const FLUSH_AT = 32 * 1024;

/**
 * A write to a pipe nobody reads: what SIGPIPE does to a process. Thrown through
 * an applet, since an applet in the shell's own process must not end the shell.
 */
export class BrokenPipe {
  readonly fd: number;

  constructor(fd: number) {
    this.fd = fd;
  }
}

/** A closed pipe ends the applet without a word; this one is told. */
export class WriteError extends Error {
  readonly errno: number;

  constructor(errno: number) {
    super(strerror(errno));
    this.errno = errno;
  }
}

/**
 * Buffered writing to a descriptor. Whoever made it flushes it before another process or another
 * `Output` writes there, or lines change places. Every method throws `BrokenPipe` or `WriteError`.
 */
export class Output {
  readonly fd: number;
  readonly #descriptors: DescriptorTable;
  #text = '';
  /** Lines shall be seen as they come. */
  readonly #isTty: boolean;

  constructor(descriptors: DescriptorTable, fd: number) {
    this.fd = fd;
    this.#descriptors = descriptors;
    const descriptor = descriptors.get(fd);
    this.#isTty = descriptor?.kind === 'stream' && descriptor.end.as === 'tty';
  }

  get isTty(): boolean {
    return this.#isTty;
  }

  write(data: string | Uint8Array): void {
    // Bytes are not text that could be joined to what is waiting; it goes out before them.
    if (typeof data !== 'string') {
      this.flush();
      this.#writeBytes(data);
      return;
    }
    this.#text += data;
    if (this.#text.length > FLUSH_AT || (this.#isTty && data.endsWith('\n'))) this.flush();
  }

  line(text: string): void {
    this.write(`${text}\n`);
  }

  flush(): void {
    if (this.#text === '') return;
    // Emptied first: after a failed write the same text must not be tried again on the way out.
    const bytes = encode(this.#text);
    this.#text = '';
    this.#writeBytes(bytes);
  }

  #writeBytes(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const count = this.#descriptors.write(this.fd, bytes, null);
    if (count === Errno.EPIPE) throw new BrokenPipe(this.fd);
    if (count < 0) throw new WriteError(count);
  }
}
