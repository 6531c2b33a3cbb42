import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js';
import { createStore, produce, reconcile } from 'solid-js/store';
import { messageOf } from '../api/api-error.ts';
import type { AgentCalls } from './agent-calls.ts';
import { addEarlier, applyEvent, emptyTranscript, readTranscript, type Transcript } from './transcript-state.ts';

/** Begins anew when another session is chosen. */
export interface ShownTranscript {
  readonly transcript: Transcript;
  readonly loading: Accessor<boolean>;
  /** Why it cannot be read; undefined while all is well. */
  readonly problem: Accessor<string | undefined>;
  readonly connected: Accessor<boolean>;
  reload(): void;
  /** Reads what is in front of what is there. Resolves with how many items came; a failure rejects. */
  earlier(): Promise<number>;
}

/**
 * Reads and follows the log of the session with this id, another one when it changes. `onWaiting` is told what people
 * have said that the log does not have yet, with the number of the last event that is there.
 */
export function createTranscript(
  calls: Pick<AgentCalls, 'transcript' | 'follow'>,
  projectId: string,
  sessionId: Accessor<string | undefined>,
  onWaiting: (session: string, texts: readonly string[], behind: number) => void,
): ShownTranscript {
  const [transcript, setTranscript] = createStore<Transcript>(emptyTranscript());
  const [loading, setLoading] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();
  const [connected, setConnected] = createSignal(true);
  const [tries, setTries] = createSignal(0);

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
        const page = await calls.transcript(projectId, id);
        if (gone) return;
        const read = readTranscript(page);
        onWaiting(id, page.waiting, read.seq);
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
  let reading: { readonly id: string | undefined; readonly read: Promise<number> } | undefined;
  const readEarlier = async (): Promise<number> => {
    const id = sessionId();
    if (id === undefined || transcript.first) return 0;
    const { from } = transcript;
    const earlier = readTranscript(await calls.transcript(projectId, id, from));
    // Another session may be looked at by now, or this one anew.
    if (sessionId() !== id || transcript.from !== from) return 0;
    setTranscript(produce((draft) => addEarlier(earlier, draft)));
    return earlier.items.length;
  };
  return {
    ...{ transcript, loading, problem, connected },
    reload: () => setTries((tried) => tried + 1),
    earlier() {
      const id = sessionId();
      // What is being read of another session is none of this one's.
      if (reading?.id !== id || reading === undefined) {
        const now = { id, read: readEarlier() };
        reading = now;
        const done = (): void => {
          if (reading === now) reading = undefined;
        };
        now.read.then(done, done);
      }
      return reading.read;
    },
  };
}
