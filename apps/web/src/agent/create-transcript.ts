import type { NumberedEvent } from '@slipway/agent';
import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js';
import { createStore, produce, reconcile } from 'solid-js/store';
import { messageOf } from '../api/api-error.ts';
import type { AgentCalls } from './agent-calls.ts';
import { applyEvent, emptyTranscript, type Transcript } from './transcript-state.ts';

/** Begins anew when another session is chosen. */
export interface ShownTranscript {
  readonly transcript: Transcript;
  readonly loading: Accessor<boolean>;
  /** Why it cannot be read; undefined while all is well. */
  readonly problem: Accessor<string | undefined>;
  readonly connected: Accessor<boolean>;
  reload(): void;
}

/** Pages of one log: more than a log can have. */
const MOST_PAGES = 1000;

/**
 * Reads and follows the log of the session with this id, another one when it changes. `onWaiting` is told what people
 * have said that the log does not have yet, with the number of the last event that is there.
 */
export function createTranscript(
  calls: Pick<AgentCalls, 'eventPage' | 'follow'>,
  projectId: string,
  sessionId: Accessor<string | undefined>,
  onWaiting: (session: string, texts: readonly string[], behind: number) => void,
): ShownTranscript {
  const [transcript, setTranscript] = createStore<Transcript>(emptyTranscript());
  const [loading, setLoading] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();
  const [connected, setConnected] = createSignal(true);
  const [tries, setTries] = createSignal(0);

  /** All that is whole; a turn that is being told is left to the stream, which has its pieces. */
  const readAll = async (id: string): Promise<{ read: Transcript; waiting: readonly string[] }> => {
    const events: NumberedEvent[] = [];
    let waiting: readonly string[] = [];
    for (let page = 0; page < MOST_PAGES; page++) {
      const got = await calls.eventPage(projectId, id, events.at(-1)?.seq ?? 0);
      events.push(...got.events);
      waiting = got.waiting;
      if (got.events.length === 0 || got.events.at(-1)!.seq >= got.lastSeq) break;
    }
    const lastStart = events.findLastIndex(({ event }) => event.type === 'TurnStart');
    const isTold = events.slice(lastStart + 1).some(({ event }) => event.type === 'TurnEnd' || event.type === 'RunEnd');
    const read = emptyTranscript();
    for (const event of isTold ? events : events.slice(0, lastStart)) applyEvent(read, event);
    return { read: { ...read, said: '' }, waiting };
  };

  createEffect(
    on([sessionId, tries], ([id]) => {
      setProblem(undefined);
      setConnected(true);
      setTranscript(reconcile(emptyTranscript()));
      setLoading(id !== undefined);
      if (id === undefined) return;
      let gone = false;
      let stop = (): void => undefined;
      const begin = async (): Promise<void> => {
        const { read, waiting } = await readAll(id);
        if (gone) return;
        onWaiting(id, waiting, read.seq);
        setTranscript(reconcile(read, { key: 'id' }));
        setLoading(false);
        ({ stop } = calls.follow(projectId, id, read.seq, {
          onEvents: (events) =>
            setTranscript(
              produce((draft) => {
                for (const event of events) applyEvent(draft, event);
              }),
            ),
          onConnected: setConnected,
        }));
      };
      begin().catch((error: unknown) => {
        if (gone) return;
        setLoading(false);
        setProblem(messageOf(error));
      });
      onCleanup(() => {
        gone = true;
        stop();
      });
    }),
  );
  return { transcript, loading, problem, connected, reload: () => setTries((tried) => tried + 1) };
}
