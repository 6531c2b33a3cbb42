/**
 * Plans as small files in the container's file system, shared by all processes.
 *
 * Every new name makes path caches everywhere stale, so plans are written in
 * batches: when the running task is over, or at once when much work would be
 * lost with a process that never returns to its loop (tsc).
 */
import type { Vfs } from '@slipway/vfs';
import type { TransformCache } from './transform-cache.ts';

export const TRANSFORMS_DIRECTORY = '/.slipway/transforms';

/** Source characters whose plans are worth a write of their own. */
const MUCH = 1_000_000;

export interface TextCoding {
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

export class VfsTransformCache implements TransformCache {
  readonly #fs: Vfs;
  readonly #coding: TextCoding;
  readonly #later: (task: () => void) => void;
  readonly #pending = new Map<string, string>();
  #worth = 0;
  #isReady = false;

  /** `later` runs a task after the current one. */
  constructor(fs: Vfs, coding: TextCoding, later: (task: () => void) => void) {
    this.#fs = fs;
    this.#coding = coding;
    this.#later = later;
  }

  get(key: string): string | undefined {
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending;
    const bytes = this.#fs.readFile(`${TRANSFORMS_DIRECTORY}/${key}`);
    return typeof bytes === 'number' ? undefined : this.#coding.decode(bytes);
  }

  put(key: string, value: string, worth: number): void {
    if (this.#pending.size === 0) this.#later(() => this.flush());
    this.#pending.set(key, value);
    this.#worth += worth;
    if (this.#worth >= MUCH) this.flush();
  }

  /** A full file system costs later processes time, nothing else: the result is not asked for. */
  flush(): void {
    if (this.#pending.size === 0) return;
    if (!this.#isReady) this.#isReady = this.#fs.mkdirAll(TRANSFORMS_DIRECTORY, 0o755).errno >= 0;
    const entries = [...this.#pending].map(([path, text]) => ({ type: 'file' as const, path, bytes: this.#coding.encode(text) }));
    this.#pending.clear();
    this.#worth = 0;
    if (this.#isReady) this.#fs.importEntries(TRANSFORMS_DIRECTORY, entries);
  }
}
