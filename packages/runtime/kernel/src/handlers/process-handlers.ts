import { describeProcesses } from '../tables/describe-processes.ts';
import type { HandlersOf } from './handler.ts';

/** Processes and threads: how they begin, end, and are seen. */
export const processHandlers: HandlersOf<
  'ready' | 'spawn' | 'exec' | 'wait' | 'thread' | 'thread-terminate' | 'processes' | 'exit'
> = {
  ready({ processes }, { threadId, process }) {
    if (threadId === 0 && process.state.name === 'starting') processes.dispatch(process, { type: 'ready' });
  },
  spawn({ spawner }, task, { request }) {
    const result = spawner.spawn(request, task, null);
    return typeof result === 'number' ? { errno: result, pid: 0 } : { errno: 0, pid: result.pid };
  },
  exec({ spawner }, task, { request }) {
    const errno = spawner.exec(task, request);
    return errno < 0 ? { errno } : 'later';
  },
  wait: ({ ends }, task, { pid, hang }) => ends.wait(task, pid, hang),
  thread: ({ spawner }, task, { thread }, ports) => spawner.startThread(task, thread, ports),
  'thread-terminate'({ ends }, task, { threadId }) {
    const thread = task.process.threads.get(threadId);
    if (thread !== undefined) ends.endTask(thread, { code: 1, signal: null });
  },
  processes: ({ processes }, _task, { after }) => describeProcesses(processes, after),
  exit: ({ ends }, task, { status }) => ends.endTask(task, status),
};
