import { Errno, isDirectoryMode } from '@slipway/posix';
import type { Vfs } from '@slipway/vfs';
import type { BootMessage, StartMessage } from '../contract/messages.ts';
import type { ProcessSystem } from './process-system.ts';
import { haltedWord } from '../memory/reply-page.ts';
import { SharedText } from '../memory/shared-text.ts';
import { OpenDescriptors } from './open-descriptors.ts';
import { createKernelClient, type KernelLine } from './kernel-client.ts';

/**
 * What the worker's entry point has in its hands once
 * both of the kernel's first messages are there.
 */
export interface ProcessSystemOptions {
  readonly boot: BootMessage;
  readonly start: StartMessage;
  readonly fs: Vfs;
  /** Already open on `boot.vfs` under this worker's slot. */
  readonly line: KernelLine;
  readonly fillRandom: (into: Uint8Array) => void;
  /** Ends the running script; what it throws unwinds to the worker's entry. */
  readonly halt: () => never;
}

/** What a process has under its feet, in its own worker. */
export function createProcessSystem({ boot, start, fs, line, fillRandom, halt }: ProcessSystemOptions): ProcessSystem {
  const kernel = createKernelClient(line, boot.control, boot.reply);
  const descriptors = new OpenDescriptors({
    fs,
    kernel,
    slot: boot.slot,
    halted: haltedWord(boot.reply),
    fillRandom,
  });
  descriptors.receive(start.descriptors);
  const followed = start.thread?.sharedCwd;
  // Made with the first thread that asks for it: most processes have none.
  let shared = followed === undefined ? undefined : new SharedText(followed);
  let ownCwd = start.cwd;
  // Only a thread is told of another directory by somebody else.
  const currentCwd = (): string => (ownCwd = (followed === undefined ? undefined : shared?.changed()) ?? ownCwd);
  let umask = start.umask;
  const absolute = (path: string): string => {
    // The empty path names nothing, XBD 4.16: it stays empty, and the file system knows no such name.
    if (path.startsWith('/') || path === '') return path;
    const cwd = currentCwd();
    return path === '.' ? cwd : `${cwd === '/' ? '' : cwd}/${path}`;
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
      // Looked up anew: the path is free of links now,
      // and the errors are those of the last directory.
      const ino = fs.lookup(target, true);
      const stat = ino < 0 ? ino : fs.stat(ino);
      if (typeof stat === 'number') return stat;
      if (!isDirectoryMode(stat.mode)) return Errno.ENOTDIR;
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
