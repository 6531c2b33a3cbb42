import {
  type CreateSessionBody,
  eventPageResponse,
  methodResponse,
  type NumberedEvent,
  numberedEvent,
  providerListResponse,
  type SessionMethod,
  sessionListResponse,
  sessionResponse,
  type SetProviderBody,
  testProviderResponse,
} from '@slipway/agent';
import { okResponse } from '@slipway/contracts';
import type { Api } from '../api/create-api.ts';
import { EventStreamParser } from '../api/server-sent-events.ts';
import { type Clock, pageClock } from '../clock/clock.ts';

const PROVIDERS = '/api/v1/agent/providers';
const FIRST_DELAY_MS = 250;
const LAST_DELAY_MS = 10_000;
/** A model may think for half a minute before it says its word. */
const TEST_LIMIT_MS = 45_000;

/** What the agent's panel asks of the server. It is loaded with the panel, not with every page. */
export function makeAgentCalls({ ask, send }: Pick<Api, 'ask' | 'send'>) {
  const sessions = (projectId: string): string => `/api/v1/projects/${projectId}/agent/sessions`;
  const provider = (name: string): string => `${PROVIDERS}/${encodeURIComponent(name)}`;
  return {
    providers: async () => (await ask(providerListResponse, 'GET', PROVIDERS)).providers,
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
    /** The log behind a number, without the pieces of texts that come whole later. */
    eventPage: (projectId: string, id: string, after: number) =>
      ask(eventPageResponse, 'GET', `${sessions(projectId)}/${id}/events?after=${after}&pieces=no`),
    /** The log behind a number and what comes, until stopped; goes on by itself after a break. */
    follow: (projectId: string, id: string, after: number, handlers: FollowHandlers, clock?: Clock) =>
      follow(
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

/** See `makeAgentCalls`. */
export type AgentCalls = ReturnType<typeof makeAgentCalls>;

/** Whom a followed log tells. */
export interface FollowHandlers {
  onEvents(events: readonly NumberedEvent[]): void;
  /** False while the stream is down. */
  onConnected(connected: boolean): void;
}

function follow(
  open: (after: number, signal: AbortSignal) => Promise<Response>,
  after: number,
  handlers: FollowHandlers,
  clock: Clock = pageClock,
): { stop(): void } {
  const stopped = new AbortController();
  let last = after;
  const readOnce = async (): Promise<void> => {
    const response = await open(last, stopped.signal);
    if (response.body === null) throw new Error('The stream of a session has no body');
    handlers.onConnected(true);
    const parser = new EventStreamParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const events: NumberedEvent[] = [];
      for (const { id, data } of parser.push(chunk.value)) {
        const event = numberedEvent.safeParse(JSON.parse(data));
        // One that this version does not know is passed over, but counts as seen.
        if (event.success) events.push(event.data);
        if (id !== undefined) last = Number(id);
      }
      if (events.length > 0 && !stopped.signal.aborted) handlers.onEvents(events);
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
        console.info('The stream of a session broke and will be opened again:', error);
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
