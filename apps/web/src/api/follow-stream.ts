import type { Clock } from '../clock/clock.ts';
import { EventStreamParser } from './server-sent-events.ts';

/** Whom a followed stream tells. Once it is stopped nobody is told anything. */
export interface StreamHandlers<T> {
  /** `id` is where a later stream would go on; absent in the middle of a longer event. */
  onEvent(event: T, id?: string): void;
  /** All that came at once has been told. */
  onPause?(): void;
  /** False while the stream is down; the follower keeps trying. */
  onConnected(connected: boolean): void;
}

/** Opened again with the last id that was seen. */
export interface FollowedStream<T> {
  open(options: { lastEventId: string | undefined; signal: AbortSignal }): Promise<Response>;
  /** Undefined for an event that this version does not know: it is passed over, but counts as seen. */
  parse(data: unknown): T | undefined;
  /** The id behind which it begins; without one, as the server decides. */
  readonly after?: string | undefined;
  /** Stands in front of what is written to the console when an event has no meaning; nobody else sees it. */
  readonly name: string;
}

/** Runs until `stop`, with pauses from FIRST_DELAY_MS to LAST_DELAY_MS between attempts. */
export interface StreamFollower {
  stop(): void;
}

const FIRST_DELAY_MS = 250;
const LAST_DELAY_MS = 10_000;

/** Reads a stream of events, goes on behind the last one after a break, and backs off while the server is away. */
export function followStream<T>(
  { open, parse, after, name }: FollowedStream<T>,
  handlers: StreamHandlers<T>,
  clock: Clock,
): StreamFollower {
  const stopped = new AbortController();
  let lastEventId = after;

  const readOnce = async (): Promise<void> => {
    const response = await open({ lastEventId, signal: stopped.signal });
    if (response.body === null) throw new Error(`The ${name} has no body`);
    handlers.onConnected(true);
    const parser = new EventStreamParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      if (stopped.signal.aborted) return;
      for (const { id, data } of parser.push(chunk.value)) {
        const event = parse(JSON.parse(data));
        if (event !== undefined) handlers.onEvent(event, id);
        if (id !== undefined) lastEventId = id;
      }
      handlers.onPause?.();
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
        console.info(`The ${name} broke and will be opened again:`, error);
        delayMs = Math.min(delayMs * 2, LAST_DELAY_MS);
      }
      if (stopped.signal.aborted) return;
      handlers.onConnected(false);
      await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    }
  };
  void run();

  return { stop: () => stopped.abort() };
}
