import { chmod, lstat, mkdir, readFile, readlink, writeFile } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import type { SandboxChanges, SandboxContent, SandboxFile, SandboxFolder } from '@slipway/sandboxes';
import { listFolder } from './capture-folder.ts';

/** The folder of a local sandbox, beside the programs that run in it. Cursors are times: of this machine's clock. */
export class LocalFolder implements SandboxFolder {
  readonly #root: string;
  /** As of the last look at all of it: what is gone cannot be walked to. */
  #known: Set<string> | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  async look(paths: readonly string[]): Promise<SandboxContent[]> {
    return await Promise.all(paths.map((path) => this.#lookAt(path)));
  }

  async cursor(): Promise<number> {
    return performance.timeOrigin + performance.now();
  }

  async list(): Promise<string[]> {
    return (await listFolder(this.#root)).map(({ path }) => path);
  }

  async changes(since: number): Promise<SandboxChanges> {
    const cursor = await this.cursor();
    const entries = await listFolder(this.#root);
    const there = new Set(entries.map(({ path }) => path));
    const gone = [...(this.#known ?? [])].filter((path) => !there.has(path));
    // Nobody knows what was there before: all of it is told.
    const all = this.#known === undefined;
    this.#known = there;
    const changed = entries.filter(({ changedMs }) => all || changedMs >= since - CLOCK_MS);
    return { cursor, paths: [...gone, ...changed.map(({ path }) => path)], all };
  }

  /** False where the file was written after that moment: whoever asked had not seen it. */
  async put(since: number, { path, mode, bytes }: Extract<SandboxFile, { kind: 'file' }>): Promise<boolean> {
    const full = this.#inside(path);
    const before = await statOf(full);
    if (before !== undefined && before.mtimeMs > since) return false;
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, bytes);
    await chmod(full, mode);
    return true;
  }

  /** Sockets and other things that no snapshot holds count as gone. */
  async #lookAt(path: string): Promise<SandboxContent> {
    const full = this.#inside(path);
    const stat = await statOf(full);
    const mode = stat === undefined ? 0 : stat.mode & 0o7777;
    if (stat?.isSymbolicLink() === true) return { kind: 'link', path, target: await readlink(full) };
    if (stat?.isDirectory() === true) return { kind: 'dir', path, mode };
    return stat?.isFile() === true ? { kind: 'file', path, mode, bytes: await readFile(full) } : { kind: 'gone', path };
  }

  /** By its text alone: a link inside may still lead out, as it can for any program here. */
  #inside(path: string): string {
    const full = resolve(this.#root, path);
    if (!full.startsWith(`${this.#root}${sep}`)) throw new Error(`Cannot use ${JSON.stringify(path)}: it leads out`);
    return full;
  }
}

/** The clock of files is coarser than that of programs: what is looked at twice is no harm. */
const CLOCK_MS = 20;

/** Undefined where there is nothing. */
async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
