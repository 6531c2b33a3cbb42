import { get } from 'node:http';
import type { NumberedEvent } from '@slipway/agent';

/** One who follows a session's log, whatever becomes of the server. */
export interface Follower {
  readonly seen: NumberedEvent[];
  close(): void;
}

const AGAIN_MS = 100;

/** Opens the stream again behind the last event whenever it breaks, as a browser does. */
export function followSession(port: number, session: string, token: string): Follower {
  const seen: NumberedEvent[] = [];
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => undefined;
  const again = (): void => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(open, AGAIN_MS);
  };
  const open = (): void => {
    const headers = {
      Host: `slipway.localhost:${port}`,
      Accept: 'text/event-stream',
      Authorization: `Bearer ${token}`,
      'Last-Event-ID': String(seen.at(-1)?.seq ?? 0),
    };
    const sent = get({ host: '127.0.0.1', port, path: `${session}/events`, headers }, (response) => {
      if (response.statusCode !== 200) {
        response.resume();
        return again();
      }
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const data = /^data: (.*)$/m.exec(block)?.[1];
          if (data !== undefined) seen.push(JSON.parse(data) as NumberedEvent);
        }
      });
      response.on('close', again).on('error', again);
    });
    sent.on('error', again);
    stop = () => sent.destroy();
  };
  open();
  return {
    seen,
    close: () => {
      closed = true;
      clearTimeout(timer);
      stop();
    },
  };
}
