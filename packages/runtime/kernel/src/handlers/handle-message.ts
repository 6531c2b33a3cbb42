import { Errno } from '@slipway/posix';
import type { ProcessMessage, Replies } from '../contract/messages.ts';
import { type Refusal } from '../door/read-message.ts';
import { putReply } from '../memory/reply-page.ts';
import type { Task } from '../tables/process-table.ts';
import { connectionHandlers } from './connection-handlers.ts';
import type { Handler, HandlersOf, KernelParts } from './handler.ts';
import { hostHandlers } from './host-handlers.ts';
import { processHandlers } from './process-handlers.ts';
import { signalHandlers } from './signal-handlers.ts';

type MessageType = ProcessMessage['type'];

/** One handler for every type: a message that is new in the contract does not compile without. */
const HANDLERS: HandlersOf<MessageType> = {
  ...processHandlers,
  ...signalHandlers,
  ...connectionHandlers,
  ...hostHandlers,
};

const REFUSED: { readonly [K in keyof Replies]: (errno: number) => Replies[K] } = {
  spawn: (errno) => ({ errno, pid: 0 }),
  exec: (errno) => ({ errno }),
  wait: (errno) => ({ errno, pid: 0, status: null }),
  kill: (errno) => ({ errno }),
  listen: (errno) => ({ errno, port: 0 }),
  'udp-bind': (errno) => ({ errno, port: 0 }),
  tty: (errno) => ({ errno }),
  foreground: (errno) => ({ errno }),
  processes: (errno) => ({ errno, processes: [], more: false }),
  pass: (errno) => ({ errno }),
};

/** Does what the message asks for, and answers where an answer is waited for. */
export function handleMessage(
  parts: KernelParts,
  task: Task,
  message: ProcessMessage,
  ports: readonly unknown[],
): void {
  // The table pairs types and handlers; the compiler does not follow the pair through it.
  const handler = HANDLERS[message.type] as Handler<MessageType>;
  const outcome = handler(parts, task, message as never, ports);
  if (outcome !== undefined && outcome !== 'later') putReply(task.seat.reply, outcome);
}

/**
 * A message that was not let in. Whoever waits for an answer gets an errno, as
 * from a system call; else there is nobody to tell, and the sender ends as from
 * a call that does not exist (SIGSYS of signal(7)).
 */
export function refuseMessage({ host, ends }: KernelParts, task: Task, refusal: Refusal): void {
  if (refusal.of !== null && refusal.of in REFUSED) {
    const errno = refusal.tooLong ? Errno.E2BIG : Errno.EINVAL;
    putReply(task.seat.reply, REFUSED[refusal.of as keyof Replies](errno));
    return;
  }
  const { pid } = task.process;
  const message =
    refusal.of === null
      ? `Process ${pid} sent an unknown message`
      : `Process ${pid} sent a malformed message "${refusal.of}": ${refusal.problem}`;
  host.emit({ type: 'error', message });
  ends.endTask(task, { code: null, signal: 'SIGSYS' });
}
