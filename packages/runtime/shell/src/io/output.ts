import type { DescriptorTable } from '@slipway/kernel';
import { BrokenPipe } from '../run/control-flow.ts';
import { EPIPE, errorText } from './errno.ts';
import { encode } from './text.ts';

const FLUSH_AT = 32 * 1024;

/** A write that failed for another reason than a closed pipe. */
export class WriteError extends Error {
  readonly errno: number;

  constructor(errno: number) {
    super(errorText(errno));
    this.errno = errno;
  }
}

/** Buffered writing to a descriptor. */
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
    const bytes = encode(this.#text);
    this.#text = '';
    this.#writeBytes(bytes);
  }

  #writeBytes(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const count = this.#descriptors.write(this.fd, bytes, null);
    if (count === EPIPE) throw new BrokenPipe(this.fd);
    if (count < 0) throw new WriteError(count);
  }
}
