import type { ServerEvent } from '@slipway/contracts';
import type { EventFollower, EventHandlers } from '../follow-events.ts';
import type { StreamTopics } from './stream-topics.ts';

/**
 * What the leading tab hears, and passes on to the other tabs. `onConnected` comes only when it changes; the greeting
 * of a stream that was opened anew on purpose is no event.
 */
export interface StreamListener {
  onEvent(event: ServerEvent, id: string | undefined): void;
  onConnected(connected: boolean): void;
  /** It was opened anew, to carry more or less, and begins at this id. */
  onReopened(event: ServerEvent, id: string | undefined): void;
}

/** One for all tabs of a browser, in the tab that leads. */
export interface LeadStream extends EventFollower {
  /** Opens it anew where it should carry something else than it does. */
  update(): void;
}

/** Has the one stream of a browser. One that is opened anew only to carry more is no news to anybody who follows. */
export function leadStream(
  follow: (handlers: EventHandlers, after: string | undefined) => EventFollower,
  topics: StreamTopics,
  listener: StreamListener,
): LeadStream {
  let connected = false;
  let greets = true;
  const open = (): EventFollower =>
    follow(
      {
        onEvent(event, id) {
          const silent = event.type === 'hello' && !greets;
          greets = true;
          if (silent) listener.onReopened(event, id);
          else listener.onEvent(event, id);
        },
        onConnected(next) {
          if (next === connected) return;
          connected = next;
          greets = true;
          listener.onConnected(next);
        },
      },
      topics.begin(),
    );
  let follower = open();
  return {
    update() {
      if (!topics.isOutdated(performance.now())) return;
      follower.stop();
      greets = !connected;
      follower = open();
    },
    stop: () => follower.stop(),
  };
}
