import type { Vfs } from '@slipway/vfs';
import type { BootMessage, StartMessage } from '../contract.ts';
import { Errno } from '../errno.ts';
import type { ProcessSystem } from '../process-system.ts';
import { haltedWord } from '../reply-page.ts';
import { SharedText } from '../shared-text.ts';
import { createDescriptorTable } from './descriptor-table.ts';
import { createKernelClient, type KernelLine } from './kernel-client.ts';

export interface ProcessSystemOptions {
  readonly boot: BootMessage;
  readonly start: StartMessage;
  readonly fs: Vfs;
  readonly line: KernelLine;
  readonly fillRandom: (into: Uint8Array) => void;
  /** Ends the running script; what it throws unwinds to the worker's entry. */
  readonly halt: () => never;
}

const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;

/** What a process has under its feet, in its own worker. */
export function createProcessSystem({ boot, start, fs, line, fillRandom, halt }: ProcessSystemOptions): ProcessSystem {
  const kernel = createKernelClient(line, boot.control, boot.reply);
  const descriptors = createDescriptorTable({ fs, kernel, slot: boot.slot, halted: haltedWord(boot.reply), fillRandom });
  descriptors.receive(start.descriptors);
  const followed = start.thread?.sharedCwd;
  let shared = followed === undefined ? undefined : new SharedText(followed);
  let ownCwd = start.cwd;
  // Only a thread is told of another directory by somebody else.
  const currentCwd = (): string => (ownCwd = (followed === undefined ? undefined : shared?.changed()) ?? ownCwd);
  let umask = start.umask;
  const absolute = (path: string): string => {
    if (path.startsWith('/')) return path;
    const cwd = currentCwd();
    return path === '' || path === '.' ? cwd : `${cwd === '/' ? '' : cwd}/${path}`;
  };

  return {
    start,
    fs,
    descriptors,
    kernel,
    cwd: currentCwd,
    chdir(path) {
      const target = fs.realpath(absolute(path));
      if (typeof target === 'number') return target;
      const ino = fs.lookup(target, true);
      const stat = ino < 0 ? ino : fs.stat(ino);
      if (typeof stat === 'number') return stat;
      if ((stat.mode & S_IFMT) !== S_IFDIR) return Errno.ENOTDIR;
      // The way into it: whoever may not search it cannot be there.
      const inside = fs.lookup(`${target}/.`, true);
      if (inside < 0) return inside;
      ownCwd = target;
      shared?.update(() => target);
      return 0;
    },
    shareCwd: () => (shared ??= SharedText.create(ownCwd)).memory,
    umask(mask) {
      const before = umask;
      if (mask !== undefined) umask = mask & 0o777;
      return before;
    },
    absolute,
    leave(status) {
      line.post({ type: 'exit', status });
    },
    exit(status) {
      line.post({ type: 'exit', status });
      return halt();
    },
  };
}
