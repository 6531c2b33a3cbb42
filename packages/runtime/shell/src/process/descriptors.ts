import { Errno, OpenFlags } from '@slipway/posix';
import type { DescriptorEnd, DescriptorTable } from '@slipway/kernel';
import { type Vfs } from '@slipway/vfs';

/**
 * Descriptors from here on are the shell's own: children never get them. dash
 * begins at 10; scripts here may use all of 0 to 63, since `exec 10>f` is common.
 */
export const FIRST_HIDDEN_FD = 64;

/**
 * Moves `fd` out of the way of scripts and children; where
 * it is now. One that is not open comes back as it is.
 */
export function hide(descriptors: DescriptorTable, fd: number): number {
  const descriptor = descriptors.get(fd);
  if (descriptor === undefined) return fd;
  const hidden = descriptors.install(descriptor, FIRST_HIDDEN_FD);
  descriptors.close(fd);
  return hidden;
}

/**
 * Both ends out of the way. The caller closes them: a
 * write end left open keeps a reader waiting for good.
 */
export function hiddenPipe(descriptors: DescriptorTable): { read: number; write: number } {
  const { read, write } = descriptors.pipe();
  return { read: hide(descriptors, read), write: hide(descriptors, write) };
}

/**
 * What descriptors were before a redirection; undone in
 * reverse, since one may have been redirected twice (`>a >b`).
 */
export class RedirectUndo {
  readonly #descriptors: DescriptorTable;
  readonly #saved: { fd: number; saved: number }[] = [];

  constructor(descriptors: DescriptorTable) {
    this.#descriptors = descriptors;
  }

  /**
   * To be called before `fd` is changed. -1 stands for
   * a descriptor that was not open and is closed again.
   */
  save(fd: number): void {
    const descriptor = this.#descriptors.get(fd);
    this.#saved.push({
      fd,
      saved: descriptor === undefined ? -1 : this.#descriptors.install(descriptor, FIRST_HIDDEN_FD),
    });
  }

  /** Makes `fd` what `from` is. */
  replace(from: number, fd: number): void {
    this.save(fd);
    this.#descriptors.dup2(from, fd);
  }

  restore(): void {
    for (let entry = this.#saved.pop(); entry !== undefined; entry = this.#saved.pop()) {
      if (entry.saved === -1) this.#descriptors.close(entry.fd);
      else {
        this.#descriptors.dup2(entry.saved, entry.fd);
        this.#descriptors.close(entry.saved);
      }
    }
  }

  /**
   * `exec >f`: the changes stay. `into` undoes them
   * later, when its subshell ends; `undefined` = never.
   */
  keep(into: RedirectUndo | undefined): void {
    if (into !== undefined) into.#saved.push(...this.#saved);
    else for (const { saved } of this.#saved) if (saved !== -1) this.#descriptors.close(saved);
    this.#saved.length = 0;
  }
}

/** What a child inherits, by number; `null` for a number in between that is not open. */
export function inheritedEnds(descriptors: DescriptorTable): (DescriptorEnd | null)[] {
  const ends: (DescriptorEnd | null)[] = [];
  for (const fd of descriptors.numbers()) {
    if (fd >= FIRST_HIDDEN_FD) break;
    while (ends.length < fd) ends.push(null);
    ends.push(descriptors.endOf(fd));
  }
  return ends;
}

const TEMPORARY_DIRECTORY = '/tmp';

/**
 * A file without a name, readable and writable; every writer appends. A hidden descriptor or
 * a negative errno. Unlinked at once, so that nothing is left when the process is killed.
 */
export function openTemporary(fs: Vfs, descriptors: DescriptorTable, pid: number): number {
  for (let attempt = 0; ; attempt++) {
    const path = `${TEMPORARY_DIRECTORY}/.sh-${pid}-${attempt}`;
    const fd = descriptors.open(path, OpenFlags.rdwr | OpenFlags.creat | OpenFlags.excl | OpenFlags.append, 0o600);
    // Another thread of this process, or what a process of that number left when it was killed.
    if (fd === Errno.EEXIST && attempt < 1000) continue;
    if (fd === Errno.ENOENT && attempt === 0 && fs.mkdirAll(TEMPORARY_DIRECTORY, 0o1777).errno >= 0) continue;
    if (fd < 0) return fd;
    fs.unlink(path);
    return hide(descriptors, fd);
  }
}

/**
 * The whole content of an open file, from its beginning; its
 * offset stays. Empty for what is no file, or a negative errno.
 */
export function readBack(fs: Vfs, descriptors: DescriptorTable, fd: number): Uint8Array | number {
  const descriptor = descriptors.get(fd);
  if (descriptor?.kind !== 'file') return new Uint8Array(0);
  const stat = fs.stat(descriptor.ino);
  if (typeof stat === 'number') return stat;
  const bytes = new Uint8Array(stat.size);
  let at = 0;
  while (at < bytes.length) {
    const count = fs.read(descriptor.ino, at, bytes.subarray(at));
    // It was shortened meanwhile: what there is.
    if (count <= 0) return count < 0 ? count : bytes.subarray(0, at);
    at += count;
  }
  return bytes;
}
