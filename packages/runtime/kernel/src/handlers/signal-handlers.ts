import type { HandlersOf } from './handler.ts';

/** Signals and terminals: who is interrupted, and by what. */
export const signalHandlers: HandlersOf<'kill' | 'signal-watch' | 'tty' | 'foreground'> = {
  kill({ signals }, task, { pid, signal }) {
    // As kill(2) promises, a signal to the caller has come before its call returns:
    // one that ends it is never answered.
    const errno = signals.kill(pid === 0 ? -task.process.pgid : pid, signal);
    return task.ended ? 'later' : { errno };
  },
  'signal-watch': ({ signals }, task, { signal, on }) => signals.watch(task, signal, on),
  tty: ({ terminals }, task, { channel, raw }) => ({ errno: terminals.setRaw(task, channel, raw) }),
  foreground: ({ terminals }, task, { channel, pgid }) => ({
    errno: terminals.setForeground(task, channel, pgid),
  }),
};
