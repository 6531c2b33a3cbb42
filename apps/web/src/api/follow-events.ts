import { serverEvent, type ServerEvent } from '@slipway/contracts';
import { type Clock, pageClock } from '../clock/clock.ts';
import { EventStreamParser } from './server-sent-events.ts';

/** Whom the follower tells. */
export interface EventHandlers {
  /** `id` is where a later stream would go on; absent in the middle of a longer event. */
  onEvent(event: ServerEvent, id?: string): void;
  /** False while the stream is down; the follower keeps trying. */
  onConnected(connected: boolean): void;
}

/** A stream that is being followed. */
export interface EventFollower {
  stop(): void;
}

const FIRST_DELAY_MS = 250;
const LAST_DELAY_MS = 10_000;

/**
 * Reads the event stream, resumes by `Last-Event-ID` after a break, backs off while the server is away.
 * `after` is the id behind which it begins; without one, from now.
 */
export function followEvents(
  open: (options: { lastEventId: string | undefined; signal: AbortSignal }) => Promise<Response>,
  handlers: EventHandlers,
  clock: Clock = pageClock,
  after?: string,
): EventFollower {
  const stopped = new AbortController();
  let lastEventId = after;

  const readOnce = async (): Promise<void> => {
    const response = await open({ lastEventId, signal: stopped.signal });
    if (response.body === null) throw new Error('The event stream has no body');
    handlers.onConnected(true);
    const parser = new EventStreamParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      for (const { id, data } of parser.push(chunk.value)) {
        const event = serverEvent.safeParse(JSON.parse(data));
        // An event this version does not know is passed over, but counts as seen.
        if (event.success) handlers.onEvent(event.data, id);
        if (id !== undefined) lastEventId = id;
      }
    }
  };

  const run = async (): Promise<void> => {
    let delayMs = FIRST_DELAY_MS;
    while (!stopped.signal.aborted) {
      try {
        await readOnce();
        delayMs = FIRST_DELAY_MS;
      } catch (error) {
        if (stopped.signal.aborted) return;
        console.info('The event stream broke and will be opened again:', error);
        delayMs = Math.min(delayMs * 2, LAST_DELAY_MS);
      }
      handlers.onConnected(false);
      await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    }
  };
  void run();

  return { stop: () => stopped.abort() };
}
