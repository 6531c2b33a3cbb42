import type { CallResult } from '@slipway/plugin-host';
import type { TabAnswer } from './replay.worker.ts';

/** As on the server: preparing a large component takes most of it. */
const LIMIT_MS = 60_000;

/**
 * Makes a call in a worker of this tab: the same operations, failure and fuel as on the server. Nothing is stored and
 * nothing published; what takes too long is ended with its worker.
 */
export async function callInTab(component: Uint8Array, recording: string): Promise<CallResult> {
  const worker = new Worker(new URL('./replay.worker.ts', import.meta.url), { type: 'module', name: 'slipway plugin' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const answer = await new Promise<TabAnswer>((resolve) => {
      const refuse = (message: string) => resolve({ kind: 'refused', message });
      worker.onmessage = ({ data }: MessageEvent<TabAnswer>) => resolve(data);
      worker.onerror = ({ message }) => refuse(message === '' ? 'The worker could not be loaded' : message);
      timer = setTimeout(() => refuse(`It took longer than ${LIMIT_MS / 1000} seconds`), LIMIT_MS);
      worker.postMessage({ component, recording });
    });
    if (answer.kind === 'refused') throw new Error(answer.message);
    return answer.result;
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}

/** A call that nobody has made yet: an event of somebody's who has no rows. */
export function tryOutRecording(user: string, type: string, payload: string): string {
  const context = {
    tenant: user,
    user,
    permissions: ['plugin.list'],
    callId: '00000000-0000-4000-8000-000000000000',
    now: Date.now(),
  };
  return JSON.stringify({ method: 'handle-event', args: [type, payload], context, limits: {}, answers: [[]] });
}
