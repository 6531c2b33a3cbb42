import type { ServerEvent, TopicEvent, TopicName } from '@slipway/contracts';
import type { EventFollower, EventHandlers } from '../follow-events.ts';
import type { Session } from '../../session/create-session.ts';
import type { Beat, Hold, LinkMessage, PageMessage } from './link-messages.ts';

/** Each event comes once and in order, across reconnections, too. */
export interface TopicHandlers {
  /** In order, each once; `seq` is where the topic then stands. */
  onEvent(event: TopicEvent, seq: number): void;
  /** What came before `seq` is not kept any more. */
  onReset(seq: number): void;
  /** There is no such topic for this user. */
  onRefused(): void;
}

/** What this tab keeps up with the server while nobody looks: see `link.worker.ts`. */
export interface Link {
  /** Server events until stopped. Who comes while the stream is up gets a `hello` at once. */
  events(handlers: EventHandlers): EventFollower;
  /** A topic's events behind a number, until stopped. */
  topic(name: TopicName, after: number, handlers: TopicHandlers): EventFollower;
  /** Keeps a claim alive from now on; undefined ends it. */
  hold(hold: Hold | undefined): void;
  onBeat(listener: (beat: Beat) => void): () => void;
  /** As long as it says, in a hidden tab too. */
  delay(ms: number): Promise<void>;
}

/** The tab's one link. Its worker begins with the first use and ends with the page. */
export function createLink(session: Session): Link {
  const followers = new Set<EventHandlers>();
  const topics = new Set<{ name: TopicName; last: number; handlers: TopicHandlers }>();
  const beats = new Set<(beat: Beat) => void>();
  const delays = new Map<number, () => void>();
  let nextDelay = 1;
  let connected: boolean | undefined;
  let following = false;
  let worker: Worker | undefined;

  const receive = (message: LinkMessage): void => {
    switch (message.type) {
      case 'beat':
        return beats.forEach((listener) => listener(message.beat));
      case 'event':
        tellTopics(message.event);
        return followers.forEach((handlers) => handlers.onEvent(message.event));
      case 'connected':
        connected = message.connected;
        return followers.forEach((handlers) => handlers.onConnected(message.connected));
      case 'delayed':
        delays.get(message.id)?.();
        return void delays.delete(message.id);
      case 'need-token':
        session.token(message.refused).then(
          (token) => say({ type: 'token', id: message.id, token }),
          (error: unknown) => {
            console.info('No token for the link:', error);
            say({ type: 'token', id: message.id, token: undefined });
          },
        );
    }
  };
  const tellTopics = (event: ServerEvent): void => {
    if (event.type !== 'topic' && event.type !== 'topic-reset' && event.type !== 'topic-refused') return;
    for (const topic of [...topics]) {
      if (topic.name !== event.topic) continue;
      if (event.type === 'topic-refused') topic.handlers.onRefused();
      // The stream goes back for whoever follows from further back; the others have had it.
      else if (event.seq <= topic.last) continue;
      else {
        topic.last = event.seq;
        if (event.type === 'topic') topic.handlers.onEvent(event.event, event.seq);
        else topic.handlers.onReset(event.seq);
      }
    }
  };
  // The stream begins at the place of whoever is furthest back; `tellTopics` spares the others what they have had.
  const sayTopics = (fresh: readonly TopicName[]): void => {
    const all = new Map<TopicName, number>();
    for (const { name, last } of topics) all.set(name, Math.min(last, all.get(name) ?? last));
    say({ type: 'topics', topics: [...all], fresh });
  };
  const follow = (): void => {
    if (following) return;
    following = true;
    const state = session.state();
    // All tabs of a browser have one sign-in; a name that differs only keeps two users' streams apart.
    const user = 'user' in state ? state.user.id : 'nobody';
    say({ type: 'follow', name: `slipway-events-${user}` });
  };
  const say = (message: PageMessage): void => {
    if (worker === undefined) {
      worker = new Worker(new URL('./link.worker.ts', import.meta.url), { type: 'module', name: 'slipway link' });
      worker.addEventListener('message', ({ data }: MessageEvent<LinkMessage>) => receive(data));
    }
    worker.postMessage(message);
  };

  return {
    events(handlers) {
      followers.add(handlers);
      follow();
      if (connected === true)
        queueMicrotask(() => {
          if (!followers.has(handlers)) return;
          handlers.onConnected(true);
          handlers.onEvent({ type: 'hello' });
        });
      return { stop: () => void followers.delete(handlers) };
    },
    topic(name, after, handlers) {
      const own = { name, last: after, handlers };
      topics.add(own);
      follow();
      sayTopics([name]);
      return {
        stop: () => {
          if (topics.delete(own)) sayTopics([]);
        },
      };
    },
    hold: (hold) => say({ type: 'hold', hold }),
    onBeat(listener) {
      beats.add(listener);
      return () => beats.delete(listener);
    },
    delay: (ms) =>
      new Promise((resolve) => {
        const id = nextDelay++;
        delays.set(id, resolve);
        say({ type: 'delay', id, ms });
      }),
  };
}
