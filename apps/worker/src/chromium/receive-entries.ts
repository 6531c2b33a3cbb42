import { CAPTURE_LIMITS, checkCapture, type SandboxFile } from '@slipway/sandboxes';
import { treePathProblem } from '@slipway/contracts';
import * as z from 'zod';
import type { PageEntry } from '../driver/driver-protocol.ts';

const mode = z.int().min(0).max(0o7777);
/** What a page may say: it runs beside code that nobody has read. */
const pageEntries = z
  .array(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('file'), path: z.string(), mode, base64: z.base64(), last: z.boolean() }),
      z.strictObject({ kind: z.literal('dir'), path: z.string(), mode }),
      z.strictObject({ kind: z.literal('link'), path: z.string(), target: z.string().min(1).max(4096) }),
    ]),
  )
  .max(200_000);

/** Puts the pieces of files together; throws where there is more than a checkpoint may hold. */
export class EntryReceiver {
  readonly files: SandboxFile[] = [];
  #pieces: Buffer[] = [];
  #bytes = 0;

  /** Throws for a path that no tree can hold, such as one that leads out. */
  take(entries: PageEntry[]): void {
    for (const entry of pageEntries.parse(entries)) {
      const problem = treePathProblem(entry.path);
      if (problem !== undefined) throw new Error(`Cannot take ${JSON.stringify(entry.path)}: its path ${problem}`);
      if (entry.kind === 'file') this.#takePiece(entry);
      else this.files.push(entry);
    }
    if (this.files.length > CAPTURE_LIMITS.files) checkCapture(this.files, CAPTURE_LIMITS);
  }

  /** The pieces of a file come one behind the other, and no other file in between: the page sends them in order. */
  #takePiece({ path, mode: fileMode, base64, last }: Extract<PageEntry, { kind: 'file' }>): void {
    const piece = Buffer.from(base64, 'base64');
    this.#bytes += piece.length;
    if (this.#bytes > CAPTURE_LIMITS.bytes)
      throw new Error(`Cannot take files: they have more than ${CAPTURE_LIMITS.bytes} bytes; delete some first`);
    this.#pieces.push(piece);
    if (!last) return;
    const bytes = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.files.push({ kind: 'file', path, mode: fileMode, bytes });
  }
}
