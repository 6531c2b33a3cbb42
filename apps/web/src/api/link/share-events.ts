import type { ServerEvent, TopicName } from '@slipway/contracts';
import type { EventFollower, EventHandlers } from '../follow-events.ts';
import { leadStream } from './lead-stream.ts';
import { makeStreamTopics, type Topics } from './stream-topics.ts';

/** How often a tab says what it follows: three chances before it is forgotten. */
const TELL_AGAIN_MS = 20_000;

/** The stream that all tabs share, and what this tab follows in it besides the owner's events. */
export interface SharedEvents extends EventFollower {
  /** All topics of this tab, each with where it is; `fresh` are those that begin now. */
  want(topics: Topics, fresh: readonly TopicName[]): void;
}

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
): SharedEvents {
  const { locks, channel, follow } = parts;
  const stopped = new AbortController();
  let leading = false;
  let connected = false;
  let last: string | undefined;
  const tab = crypto.randomUUID();
  const topics = makeStreamTopics();
  let own: Topics = new Map();
  /** Opens the stream anew where it must carry something else; only while this tab leads. */
  let reopen: () => void = () => undefined;
  /** Who comes late has no `hello` of its own: the leader's word that it is connected stands for it. */
  let greeted = false;

  const tell = (message: ShareMessage): void => channel.postMessage(message);
  const setConnected = (next: boolean): void => {
    connected = next;
    handlers.onConnected(next);
  };
  const receive = (event: ServerEvent, id: string | undefined): void => {
    last = id ?? last;
    topics.heard(event, id);
    if (event.type === 'hello') greeted = true;
    handlers.onEvent(event, id);
  };

  channel.onmessage = ({ data }) => {
    // From other tabs of this origin, which run this very code, or a version beside it.
    const message = data as ShareMessage;
    if (message.type === 'want') {
      topics.want(message.tab, new Map(message.topics), message.fresh, performance.now());
      if (leading) reopen();
    } else if (message.type === 'who-wants') tellWants([]);
    else if (message.type === 'reopened') topics.reopened(message.id ?? '');
    else if (leading) {
      if (message.type === 'who') tell({ type: 'here', connected, id: last });
    } else if (message.type === 'event') receive(message.event, message.id);
    else if (message.type === 'connected') setConnected(message.connected);
    else if (message.type === 'here' && !greeted) {
      setConnected(message.connected);
      if (message.connected) receive({ type: 'hello' }, message.id);
    }
  };
  const tellWants = (fresh: readonly TopicName[]): void => tell({ type: 'want', tab, topics: [...own], fresh });
  tell({ type: 'who' });
  const again = setInterval(() => {
    topics.want(tab, own, [], performance.now());
    if (own.size > 0) tellWants([]);
    reopen();
  }, TELL_AGAIN_MS);

  locks
    .request(name, { signal: stopped.signal }, async () => {
      leading = true;
      const stream = leadStream(follow, topics, {
        onEvent(event, id) {
          receive(event, id);
          tell({ type: 'event', event, id });
        },
        onConnected(next) {
          setConnected(next);
          tell({ type: 'connected', connected: next });
        },
        onReopened(event, id) {
          topics.heard(event, id);
          tell({ type: 'reopened', id });
        },
      });
      reopen = () => stream.update();
      tell({ type: 'who-wants' });
      await new Promise<void>((resolve) => stopped.signal.addEventListener('abort', () => resolve()));
      reopen = () => undefined;
      stream.stop();
    })
    .catch((error: unknown) => {
      if (!stopped.signal.aborted) console.error('Cannot wait for the event stream:', error);
    });

  return {
    want(next, fresh) {
      own = next;
      topics.want(tab, own, fresh, performance.now());
      tellWants(fresh);
      reopen();
    },
    stop() {
      if (stopped.signal.aborted) return;
      clearInterval(again);
      own = new Map();
      tellWants([]);
      stopped.abort();
      channel.close();
    },
  };
}

type ShareMessage =
  | { readonly type: 'who' }
  /** The stream was opened anew, from there. */
  | { readonly type: 'reopened'; readonly id: string | undefined }
  /** The new leader asks what is followed. */
  | { readonly type: 'who-wants' }
  | {
      readonly type: 'want';
      readonly tab: string;
      readonly topics: readonly (readonly [TopicName, number])[];
      readonly fresh: readonly TopicName[];
    }
  | { readonly type: 'here'; readonly connected: boolean; readonly id: string | undefined }
  | { readonly type: 'event'; readonly event: ServerEvent; readonly id: string | undefined }
  | { readonly type: 'connected'; readonly connected: boolean };
