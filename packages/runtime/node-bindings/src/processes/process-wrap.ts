import { Errno } from '@slipway/posix';
import type { SpawnDescriptor } from '@slipway/kernel';
import { AsyncWrap } from '../handles/async-wrap.ts';
import { HandleWrap } from '../handles/handle-wrap.ts';
import { kernelMessagesOf } from '../handles/kernel-messages.ts';
import type { BindingFactory } from '../realm/realm.ts';
import {
  environmentOf,
  openChildPipe,
  sharedDescriptor,
  type ChildPipe,
  type StdioEntry,
} from './child-descriptors.ts';
import { signalName } from './signal-names.ts';

const Flags = { kProcessFlagDetached: 1, kProcessFlagWindowsHide: 2, kProcessFlagWindowsVerbatimArguments: 4 } as const;

/** internalBinding('process_wrap'). Reference: Node src/process_wrap.cc. */
export const createProcessWrapBinding: BindingFactory = (realm) => {
  class Process extends HandleWrap {
    #pid = 0;
    #stopListening: (() => void) | null = null;

    constructor() {
      super(realm);
    }

    /** ProcessWrap::Spawn. There is one user: nobody else can be become. */
    spawn(
      file: string,
      args: readonly string[] | undefined,
      cwd: string | null | undefined,
      envPairs: readonly string[] | undefined,
      stdio: readonly StdioEntry[],
      flags: number,
      uid?: number,
      gid?: number,
    ): number {
      const { sys } = realm;
      const credentials = realm.internalBinding('credentials') as { getuid(): number; getgid(): number };
      const isRoot = credentials.getuid() === 0;
      if (
        !isRoot &&
        ((uid !== undefined && uid !== credentials.getuid()) || (gid !== undefined && gid !== credentials.getgid()))
      )
        return Errno.EPERM;
      // The child's ends: released below whether the spawn works or not, or the pipes would never end.
      const pipes: ChildPipe[] = [];
      const descriptors = stdio.map((entry, index): SpawnDescriptor => {
        if (entry.type !== 'pipe' && entry.type !== 'overlapped') return sharedDescriptor(realm, index, entry);
        const pipe = openChildPipe(realm, index, entry.ipc === true);
        pipes.push(pipe);
        // The handle owns the parent's end from here on, and closes it with itself.
        entry.handle?.attach(pipe.fd);
        return pipe.end;
      });
      const answer = sys.kernel.spawn({
        file,
        argv: args === undefined || args.length === 0 ? [file] : args.map(String),
        env: environmentOf(realm, envPairs),
        cwd: cwd === undefined || cwd === null || cwd === '' ? sys.cwd() : sys.absolute(String(cwd)),
        descriptors,
        group: (flags & Flags.kProcessFlagDetached) !== 0 ? 'new-session' : 'inherit',
        umask: sys.umask(),
        reap: 'message',
      });
      // Also after a failure: the parent's ends then read an end of file, as from uv_spawn.
      for (const pipe of pipes) pipe.release();
      if (answer.errno < 0) return answer.errno;
      this.#pid = answer.pid;
      // lib reads `pid` as an own property.
      Object.assign(this, { pid: answer.pid });
      this.#stopListening = kernelMessagesOf(realm).on('child-exit', answer.pid, ({ status }) => {
        this.#stop();
        // One of the two is null; lib takes the signal when there is one.
        AsyncWrap.callMethod(this, 'onexit', status.code ?? 0, status.signal ?? '');
      });
      this.setActive(true);
      return 0;
    }

    kill(signal: number): number {
      const name = signalName(signal);
      if (name === undefined) return Errno.EINVAL;
      if (this.#stopListening === null) return Errno.ESRCH;
      // Ended, but lib has not heard of it: to its parent it is a zombie, which takes any signal.
      return Math.max(0, realm.sys.kernel.kill(this.#pid, name));
    }

    protected override onClose(): void {
      this.#stop();
    }

    #stop(): void {
      this.#stopListening?.();
      this.#stopListening = null;
      this.setActive(false);
    }
  }
  return { Process, constants: { ...Flags } };
};
