import type { ServerEvent } from '@slipway/contracts';
import type { EventFollower, EventHandlers } from '../follow-events.ts';

/**
 * One event stream for all tabs of a browser: six streams would stall an HTTP/1.1 host. A Web Lock says
 * who leads; it has the stream and tells the others by BroadcastChannel. A hidden tab leads as well as
 * another, since all of it is in a worker, whose timers nobody slows down.
 *
 *   following ──the lock is ours──▶ leading ──the tab goes──▶ (the lock is the next one's)
 *
 * A new leader goes on behind the last event that it has seen, so nothing is lost in between.
 */
export function shareEvents(
  name: string,
  handlers: EventHandlers,
  parts: {
    readonly locks: Pick<LockManager, 'request'>;
    readonly channel: Pick<BroadcastChannel, 'postMessage' | 'close'> & {
      onmessage: ((event: MessageEvent<unknown>) => void) | null;
    };
    readonly follow: (handlers: EventHandlers, after: string | undefined) => EventFollower;
  },
): EventFollower {
  const { locks, channel, follow } = parts;
  const stopped = new AbortController();
  let leading = false;
  let connected = false;
  let last: string | undefined;
  /** Who comes late has no `hello` of its own: the leader's word that it is connected stands for it. */
  let greeted = false;

  const tell = (message: ShareMessage): void => channel.postMessage(message);
  const setConnected = (next: boolean): void => {
    connected = next;
    handlers.onConnected(next);
  };
  const receive = (event: ServerEvent, id: string | undefined): void => {
    last = id ?? last;
    if (event.type === 'hello') greeted = true;
    handlers.onEvent(event, id);
  };

  channel.onmessage = ({ data }) => {
    // From other tabs of this origin, which run this very code, or a version beside it.
    const message = data as ShareMessage;
    if (leading) {
      if (message.type === 'who') tell({ type: 'here', connected, id: last });
    } else if (message.type === 'event') receive(message.event, message.id);
    else if (message.type === 'connected') setConnected(message.connected);
    else if (message.type === 'here' && !greeted) {
      setConnected(message.connected);
      if (message.connected) receive({ type: 'hello' }, message.id);
    }
  };
  tell({ type: 'who' });

  locks
    .request(name, { signal: stopped.signal }, async () => {
      leading = true;
      const follower = follow(
        {
          onEvent(event, id) {
            receive(event, id);
            tell({ type: 'event', event, id });
          },
          onConnected(next) {
            setConnected(next);
            tell({ type: 'connected', connected: next });
          },
        },
        last,
      );
      await new Promise<void>((resolve) => stopped.signal.addEventListener('abort', () => resolve()));
      follower.stop();
    })
    .catch((error: unknown) => {
      if (!stopped.signal.aborted) console.error('Cannot wait for the event stream:', error);
    });

  return {
    stop() {
      stopped.abort();
      channel.close();
    },
  };
}

/** What the tabs of one browser say to each other. */
type ShareMessage =
  | { readonly type: 'who' }
  | { readonly type: 'here'; readonly connected: boolean; readonly id: string | undefined }
  | { readonly type: 'event'; readonly event: ServerEvent; readonly id: string | undefined }
  | { readonly type: 'connected'; readonly connected: boolean };
