import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { MemorySpool, type PackSpool } from '@slipway/git';

/** Most pushes are smaller, and never see the disk. */
const MEMORY_BYTES = 4 * 1024 * 1024;

/** A spool that is a file when it grows. The file has no name as soon as it is open: nothing is left of a crash. */
export class FileSpool implements PackSpool {
  readonly #folder: string;
  #memory: MemorySpool | undefined = new MemorySpool();
  #file: FileHandle | undefined;
  #size = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get size(): number {
    return this.#size;
  }

  async append(bytes: Uint8Array): Promise<void> {
    if (this.#memory && this.#size + bytes.length <= MEMORY_BYTES) await this.#memory.append(bytes);
    else await this.#write(bytes);
    this.#size += bytes.length;
  }

  /** Fewer bytes at the end of what was written. Throws where the file itself is shorter. */
  async read(at: number, length: number): Promise<Uint8Array> {
    if (!this.#file) return (await this.#memory?.read(at, length)) ?? new Uint8Array(0);
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.#size - at)));
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await this.#file.read(bytes, done, bytes.length - done, at + done);
      if (bytesRead === 0) throw new Error(`Cannot read pack at byte ${at + done}: its file ended`);
      done += bytesRead;
    }
    return bytes;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#memory = undefined;
    await file?.close();
  }

  /** The system may take less than it was given at once. */
  async #write(bytes: Uint8Array): Promise<void> {
    this.#file ??= await this.#open();
    for (let done = 0; done < bytes.length;)
      done += (await this.#file.write(bytes, done, bytes.length - done, this.#size + done)).bytesWritten;
  }

  /** What memory held so far comes first. */
  async #open(): Promise<FileHandle> {
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, `push-${randomUUID()}.pack`);
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    const held = await this.#memory?.read(0, this.#size);
    this.#memory = undefined;
    if (held && held.length > 0) await file.writeFile(held);
    return file;
  }
}
