import {
  type CreateSessionBody,
  methodResponse,
  type NumberedEvent,
  numberedEvent,
  providerListResponse,
  type SessionMethod,
  sessionListResponse,
  sessionResponse,
  type SetProviderBody,
  testProviderResponse,
  transcriptPageResponse,
} from '@slipway/agent';
import { okResponse } from '@slipway/contracts';
import type { Api } from '../api/create-api.ts';
import { followStream, type StreamFollower } from '../api/follow-stream.ts';
import { type Clock, pageClock } from '../clock/clock.ts';

const PROVIDERS = '/api/v1/agent/providers';
/** A model may think for half a minute before it says its word. */
const TEST_LIMIT_MS = 45_000;

/** What the agent's panel asks of the server. It is loaded with the panel, not with every page. */
export function makeAgentCalls({ ask, send }: Pick<Api, 'ask' | 'send'>) {
  const sessions = (projectId: string): string => `/api/v1/projects/${projectId}/agent/sessions`;
  const provider = (name: string): string => `${PROVIDERS}/${encodeURIComponent(name)}`;
  return {
    providers: async () => (await ask(providerListResponse, 'GET', PROVIDERS)).providers,
    /** Providers, and what else a session may use. */
    offered: () => ask(providerListResponse, 'GET', PROVIDERS),
    setProvider: (name: string, body: SetProviderBody) => ask(okResponse, 'PUT', provider(name), body),
    deleteProvider: (name: string) => ask(okResponse, 'DELETE', provider(name)),
    testProvider: (name: string, model: string) =>
      ask(testProviderResponse, 'POST', `${provider(name)}/test`, { model }, TEST_LIMIT_MS),
    sessions: async (projectId: string) => (await ask(sessionListResponse, 'GET', sessions(projectId))).sessions,
    createSession: async (projectId: string, body: CreateSessionBody) =>
      (await ask(sessionResponse, 'POST', sessions(projectId), body)).session,
    renameSession: async (projectId: string, id: string, title: string) =>
      (await ask(sessionResponse, 'PATCH', `${sessions(projectId)}/${id}`, { title })).session,
    deleteSession: (projectId: string, id: string) => ask(okResponse, 'DELETE', `${sessions(projectId)}/${id}`),
    method: (projectId: string, id: string, method: SessionMethod) =>
      ask(methodResponse, 'POST', `${sessions(projectId)}/${id}/methods`, method),
    /** What people read of the log in front of a number, or of its end, and what waits to be taken up. */
    transcript: (projectId: string, id: string, before?: number) =>
      ask(
        transcriptPageResponse,
        'GET',
        `${sessions(projectId)}/${id}/transcript${before === undefined ? '' : `?before=${before}`}`,
      ),
    /** The log behind a number and what comes, until stopped; goes on by itself after a break. */
    follow: (projectId: string, id: string, after: number, handlers: FollowHandlers, clock?: Clock) =>
      followLog(
        (behind, signal) =>
          send({
            method: 'GET',
            path: `${sessions(projectId)}/${id}/events?after=${behind}`,
            headers: { accept: 'text/event-stream' },
            signal,
          }),
        after,
        handlers,
        clock,
      ),
  };
}

/** Inferred from `makeAgentCalls`, so that a new call is declared once. */
export type AgentCalls = ReturnType<typeof makeAgentCalls>;

/** Both may be called again and again; after a break events follow on those that were told, none twice. */
export interface FollowHandlers {
  onEvents(events: readonly NumberedEvent[]): void;
  /** Called with true at each new connection, with false as soon as it breaks: it is opened anew by itself. */
  onConnected(connected: boolean): void;
}

/** Tells what came at once together: a page is drawn anew once for all of it. */
function followLog(
  open: (after: string, signal: AbortSignal) => Promise<Response>,
  after: number,
  handlers: FollowHandlers,
  clock: Clock = pageClock,
): StreamFollower {
  const first = String(after);
  let came: NumberedEvent[] = [];
  return followStream<NumberedEvent>(
    {
      open: ({ lastEventId = first, signal }) => open(lastEventId, signal),
      parse: (data) => numberedEvent.safeParse(data).data,
      after: first,
      name: 'stream of a session',
    },
    {
      onConnected: (connected) => handlers.onConnected(connected),
      onEvent: (event) => void came.push(event),
      onPause: () => {
        const events = came;
        came = [];
        if (events.length > 0) handlers.onEvents(events);
      },
    },
    clock,
  );
}
