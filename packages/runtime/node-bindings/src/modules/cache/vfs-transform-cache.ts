import type { Vfs } from '@slipway/vfs';
import type { TransformCache } from './transform-cache.ts';

/** Where plans lie; not shown to programs. */
export const TRANSFORMS_DIRECTORY = '/.slipway/transforms';

/** Source characters whose plans are worth a write of their own. */
const MUCH = 1_000_000;
/** More packs than this are written anew as one. */
const MANY_PACKS = 48;
/** More characters than this are not carried on: what is still needed is made again. */
const MOST_TEXT = 16_000_000;

/** The browser's UTF-8 coders, which a program's realm no longer has by name. */
export interface TextCoding {
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

/**
 * Plans in the container's file system, shared by all processes.
 *
 * Plans are small and many, so they travel in packs: one file per batch, one
 * line per plan, `key TAB plan`. A process reads the packs when it first asks,
 * and again when the directory has changed.
 *
 * Every new name makes path caches everywhere stale, so a batch is written when
 * the running task is over, or at once when much work would be lost with a
 * process that never returns to its loop (tsc).
 */
export class VfsTransformCache implements TransformCache {
  readonly #fs: Vfs;
  readonly #coding: TextCoding;
  readonly #later: (task: () => void) => void;
  /** All that is known, from packs and from this process. */
  readonly #plans = new Map<string, string>();
  /** Names of packs that were read or written here. */
  readonly #packs = new Set<string>();
  readonly #pending = new Map<string, string>();
  /** Inode of the folder, -1 while it is not there. */
  #directory = -1;
  /** Of the folder's content when it was read last: any new pack changes it. */
  #generation = -1;
  #text = 0;
  #worth = 0;

  /** `later` runs a task after the current one. */
  constructor(fs: Vfs, coding: TextCoding, later: (task: () => void) => void) {
    this.#fs = fs;
    this.#coding = coding;
    this.#later = later;
  }

  get(key: string): string | undefined {
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    // Costs one number in shared memory when nothing has changed.
    return this.#readNewPacks() ? this.#plans.get(key) : undefined;
  }

  put(key: string, value: string, worth: number): void {
    if (this.#pending.size === 0) this.#later(() => this.flush());
    this.#plans.set(key, value);
    this.#pending.set(key, value);
    this.#worth += worth;
    if (this.#worth >= MUCH) this.flush();
  }

  /** A full file system costs later processes time, nothing else: the result is not asked for. */
  flush(): void {
    if (this.#pending.size === 0) return;
    // Too many packs make every start slow: all known plans become one pack.
    const plans = this.#packs.size > MANY_PACKS ? this.#mergedPlans() : this.#pending;
    const obsolete = plans === this.#pending ? [] : [...this.#packs];
    // Plans are named by their content: two processes may write the same pack, and it is the same.
    const name = `pack-${[...plans.keys()].at(-1) ?? ''}-${plans.size}`;
    const text = [...plans].map(([key, plan]) => `${key}\t${plan}\n`).join('');
    this.#pending.clear();
    this.#worth = 0;
    this.#packs.add(name);
    if (this.#fs.mkdirAll(TRANSFORMS_DIRECTORY, 0o755).errno < 0) return;
    this.#fs.writeFile(`${TRANSFORMS_DIRECTORY}/${name}`, this.#coding.encode(text), 0o644);
    // Only after the new pack is there: a process that reads meanwhile misses nothing.
    for (const pack of obsolete) {
      if (pack === name) continue;
      this.#fs.unlink(`${TRANSFORMS_DIRECTORY}/${pack}`);
      this.#packs.delete(pack);
    }
  }

  #mergedPlans(): Map<string, string> {
    this.#readNewPacks();
    return this.#text > MOST_TEXT ? new Map(this.#pending) : new Map(this.#plans);
  }

  /** False when nothing was new. */
  #readNewPacks(): boolean {
    if (this.#directory < 0) this.#directory = this.#fs.lookup(TRANSFORMS_DIRECTORY, true);
    if (this.#directory < 0) return false;
    const generation = this.#fs.contentGeneration(this.#directory);
    if (generation === this.#generation) return false;
    this.#generation = generation;
    const entries = this.#fs.readdir(this.#directory);
    if (typeof entries === 'number') {
      // Removed meanwhile (`rm -rf /.slipway`): start over.
      this.#directory = -1;
      return false;
    }
    let isNew = false;
    for (const { name } of entries) {
      if (this.#packs.has(name)) continue;
      this.#packs.add(name);
      const bytes = this.#fs.readFile(`${TRANSFORMS_DIRECTORY}/${name}`);
      if (typeof bytes !== 'number') isNew = this.#readPack(this.#coding.decode(bytes)) || isNew;
    }
    return isNew;
  }

  #readPack(text: string): boolean {
    this.#text += text.length;
    for (let start = 0; start < text.length;) {
      const tab = text.indexOf('\t', start);
      const end = text.indexOf('\n', start);
      // A line without its end was never written whole.
      if (tab < 0 || end < tab) return true;
      this.#plans.set(text.slice(start, tab), text.slice(tab + 1, end));
      start = end + 1;
    }
    return true;
  }
}
