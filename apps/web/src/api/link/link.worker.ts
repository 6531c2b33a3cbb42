import { apiPaths } from '@slipway/contracts';
import { ApiError } from '../api-error.ts';
import { followEvents } from '../follow-events.ts';
import { makeHoldKeeper } from './keep-hold.ts';
import type { LinkMessage, PageMessage } from './link-messages.ts';
import { type SharedEvents, shareEvents } from './share-events.ts';

/**
 * What must go on in a hidden tab: heartbeats, the event stream, short waits. A page's timers are slowed
 * down to one a minute there, a worker's are not (RN-02). The token stays the page's; it is asked for.
 */
const TOKEN_MS = 20_000;
const TOKEN_LIMIT_MS = 10_000;

const say = (message: LinkMessage): void => postMessage(message);

let token: { readonly text: string; readonly atMs: number } | undefined;
let refused: string | undefined;
let nextAsk = 1;
const asks = new Map<number, (token: string | undefined) => void>();

/**
 * The page's access token, asked for at most every `TOKEN_MS` or after a refusal. Undefined where the page
 * has none, or does not answer in time.
 */
async function getToken(): Promise<string | undefined> {
  if (token !== undefined && performance.now() - token.atMs < TOKEN_MS) return token.text;
  const id = nextAsk++;
  const text = await new Promise<string | undefined>((resolve) => {
    asks.set(id, resolve);
    // A page that hangs answers later; who waits for this tries again by itself.
    setTimeout(() => resolve(undefined), TOKEN_LIMIT_MS);
    say({ type: 'need-token', id, refused });
  });
  asks.delete(id);
  token = text === undefined ? undefined : { text, atMs: performance.now() };
  return text;
}

/** One request with the token; a 401 forgets it, and tells the page next time which one was refused. */
async function ask(path: string, init: RequestInit, headers: Record<string, string>): Promise<Response> {
  const text = await getToken();
  const response = await fetch(path, {
    ...init,
    headers: { ...headers, ...(text === undefined ? {} : { Authorization: `Bearer ${text}` }) },
  });
  if (response.status === 401) {
    token = undefined;
    refused = text;
  }
  return response;
}

/** In a worker, since a tab in the background has its timers slowed to one a minute, and would lose the project. */
const keeper = makeHoldKeeper(
  (path, body, signal) =>
    ask(path, { method: 'POST', body: JSON.stringify(body), signal }, { 'Content-Type': 'application/json' }),
  (beat) => say({ type: 'beat', beat }),
);

let shared: SharedEvents | undefined;

/** Once for this worker; `name` is shared by all tabs of a person, of which one has the stream for all. */
function follow(name: string): void {
  shared = shareEvents(
    name,
    {
      onEvent: (event) => say({ type: 'event', event }),
      onConnected: (connected) => say({ type: 'connected', connected }),
    },
    {
      locks: navigator.locks,
      channel: new BroadcastChannel(name),
      follow: (handlers, after) =>
        followEvents(
          async ({ lastEventId, signal }) => {
            // With topics the place to go on is what the stream is to carry; see `parseCursors`.
            const mapped = lastEventId?.startsWith('owner') === true;
            const response = await ask(
              mapped ? `${apiPaths.events}?topics=${encodeURIComponent(lastEventId)}` : apiPaths.events,
              { signal },
              {
                Accept: 'text/event-stream',
                ...(lastEventId === undefined || mapped ? {} : { 'Last-Event-ID': lastEventId }),
              },
            );
            if (!response.ok) throw await ApiError.from(response);
            return response;
          },
          handlers,
          undefined,
          after,
        ),
    },
  );
}

addEventListener('message', ({ data }: MessageEvent<PageMessage>) => {
  switch (data.type) {
    case 'hold':
      return keeper.keep(data.hold);
    case 'follow':
      return follow(data.name);
    case 'topics':
      return shared?.want(new Map(data.topics), data.fresh);
    case 'token':
      return asks.get(data.id)?.(data.token);
    case 'delay':
      setTimeout(() => say({ type: 'delayed', id: data.id }), data.ms);
  }
});
