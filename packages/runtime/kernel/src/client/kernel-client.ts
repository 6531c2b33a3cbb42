import { signalNumbers } from '@slipway/posix';
import type { KernelMessage, MessageOf, ProcessInfo, ProcessMessage, Replies } from '../contract/messages.ts';
import { nextId } from '../memory/control-page.ts';
import type { KernelClient } from './process-system.ts';
import { expectReply, pendingSignals, takeReply, takeSignals } from '../memory/reply-page.ts';

/** The line to the kernel: the worker's own `postMessage` and `onmessage`. */
export interface KernelLine {
  post(message: ProcessMessage, transfer?: readonly unknown[]): void;
  onMessage(receiver: (message: KernelMessage, ports: readonly unknown[]) => void): void;
}

/**
 * `control` and `reply` are the two pages of the boot message.
 * One per worker: the reply page has room for one question only.
 */
export function createKernelClient(
  line: KernelLine,
  control: SharedArrayBuffer,
  reply: SharedArrayBuffer,
): KernelClient {
  const ask = <K extends keyof Replies>(message: MessageOf<K>): Replies[K] => {
    expectReply(reply);
    line.post(message);
    // The kernel is this container's own code: its answer has the shape of the question.
    return takeReply(reply) as Replies[K];
  };

  // What comes before somebody listens waits.
  const early: [KernelMessage, readonly unknown[]][] = [];
  let receive = (message: KernelMessage, ports: readonly unknown[]): void => {
    early.push([message, ports]);
  };
  line.onMessage((message, ports) => receive(message, ports));

  return {
    post: (message, transfer) => line.post(message, transfer),
    spawn: (request) => ask({ type: 'spawn', request }),
    exec: (request) => ask({ type: 'exec', request }).errno,
    wait: (pid, hang = true) => ask({ type: 'wait', pid, hang }),
    kill: (pid, signal) => ask({ type: 'kill', pid, signal }).errno,
    listen: (listener, host, port, bindOnly = false, options = {}) =>
      ask({ type: 'listen', listener, host, port, bindOnly, options }),
    bindDatagrams: (socket, host, port, options) => ask({ type: 'udp-bind', socket, host, port, options }),
    pass: ({ id, side }, parcel) => ask({ type: 'pass', channel: id, side, parcel }).errno,
    setTtyRaw: (channel, raw) => ask({ type: 'tty', channel, raw }).errno,
    setForeground: (channel, pgid) => ask({ type: 'foreground', channel, pgid }).errno,
    processes() {
      const found: ProcessInfo[] = [];
      for (;;) {
        const { processes, more } = ask({ type: 'processes', after: found.at(-1)?.pid ?? 0 });
        found.push(...processes);
        if (!more) return found;
      }
    },
    nextId: () => nextId(control),
    signalPending: () => pendingSignals(reply) !== 0,
    takeSignals() {
      const bits = takeSignals(reply);
      return bits === 0
        ? []
        : Object.keys(signalNumbers).filter((name) => (bits & (1 << (signalNumbers[name] ?? 0))) !== 0);
    },
    onMessage(receiver) {
      receive = receiver;
      for (const [message, ports] of early.splice(0)) receiver(message, ports);
    },
  };
}
