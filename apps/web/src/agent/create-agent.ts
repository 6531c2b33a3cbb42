import { type Answer, costOf, type SessionMethod } from '@slipway/agent';
import { type Accessor, createMemo, createSignal } from 'solid-js';
import type { Workbench } from '../workbench/feature.ts';
import { type AgentCalls, makeAgentCalls } from './agent-calls.ts';
import { createRewind, type Rewinder } from './create-rewind.ts';
import { createSessions, type Sessions } from './create-sessions.ts';
import { createTranscript, type ShownTranscript } from './create-transcript.ts';
import type { TranscriptRun } from './transcript-state.ts';

/** One for panel and commands, so that both are about the same session. */
export interface Agent extends ShownTranscript, Omit<Sessions, 'attempt' | 'create'> {
  /** What was said while a run goes on, and is not taken up yet. */
  readonly waiting: Accessor<readonly string[]>;
  readonly costMicros: Accessor<number | undefined>;
  readonly rewinder: Rewinder;
  readonly draft: Accessor<string>;
  setDraft(text: string): void;
  /** Says it: begins a run, or is said into the one that goes on. Resolves with whether it was taken. */
  say(text: string): Promise<boolean>;
  stop(): Promise<void>;
  answer(answer: Answer): Promise<void>;
  retry(run: TranscriptRun): Promise<void>;
}

/** Asks nothing before `load`. */
export function createAgent(bench: Workbench): Agent {
  const calls: AgentCalls = makeAgentCalls(bench.api);
  const projectId = bench.project.id;
  const { attempt, create, ...sessions } = createSessions(calls, bench);
  const { chosen } = sessions;
  const [queued, setQueued] = createSignal<readonly { session: string; text: string; behind: number }[]>([]);
  const [draft, setDraft] = createSignal('');
  // What this tab does not know of any more, or another one has said, the server does.
  const shown = createTranscript(calls, projectId, chosen, (session, texts, behind) =>
    setQueued((known) => [
      ...known.filter((one) => one.session !== session),
      ...texts.map((text) => ({ session, text, behind })),
    ]),
  );
  const { transcript } = shown;

  /** Does nothing where no session is chosen; a refusal of the server's rejects. */
  const method = async (asked: SessionMethod): Promise<void> => {
    const id = chosen();
    if (id !== undefined) await calls.method(projectId, id, asked);
  };
  const rewinder = createRewind({
    bench,
    runs: () => transcript.runs,
    takeBack: (runId) => method({ type: 'Rewind', runId }),
    onTakenBack: (run) => setDraft((text) => (text === '' ? run.input : text)),
  });
  const costMicros = createMemo(() => {
    const session = sessions.selected();
    const provider = sessions.providers()?.find(({ name }) => name === session?.provider);
    const price = provider?.models.find(({ id }) => id === session?.model)?.price;
    return price && costOf(price, { input: transcript.inputTokens, output: transcript.outputTokens });
  });
  /** Those that the log has not told of since. */
  const waiting = createMemo(() => {
    if (transcript.status === 'Idle') return [];
    const left = transcript.items.flatMap((item) => (item.kind === 'person' ? [item] : []));
    return queued()
      .filter(({ session }) => session === chosen())
      .filter(({ text, behind }) => {
        const at = left.findIndex((item) => item.seq > behind && item.text === text);
        if (at >= 0) left.splice(at, 1);
        return at < 0;
      })
      .map(({ text }) => text);
  });
  const say = async (text: string): Promise<void> => {
    const id = chosen() ?? (await create(text));
    // What was typed last is in the files when the agent looks.
    await bench.writeEdits();
    const behind = transcript.seq;
    const { outcome } = await calls.method(projectId, id, { type: 'Queue', input: text });
    if (outcome === 'queued') setQueued((before) => [...before, { session: id, text: text.trim(), behind }]);
  };

  /** Of two messages the first one comes first, however long its answer takes. */
  let before: Promise<unknown> = Promise.resolve();

  return {
    ...shown,
    ...sessions,
    ...{ waiting, costMicros, rewinder, draft, setDraft },
    async say(text) {
      if (text.trim() === '') return false;
      const said = before.then(() =>
        attempt(async () => {
          await say(text);
          return true;
        }),
      );
      before = said;
      return (await said) === true;
    },
    async stop() {
      const id = chosen();
      if (transcript.status === 'Idle') return;
      // Whoever stops a run does not want what was to come behind it; the server drops it too.
      setQueued((before) => before.filter(({ session }) => session !== id));
      await attempt(() => method({ type: 'Cancel' }));
    },
    async answer(answer) {
      if (transcript.question !== undefined) await attempt(() => method({ type: 'Resume', answer }));
    },
    retry: async (run) =>
      void (await attempt(async () => {
        // What it did stays: the model is asked to go on. A run that never got an answer is said anew instead.
        if (!run.hasTurns) await method({ type: 'Rewind', runId: run.runId });
        await method({ type: 'Run', input: run.hasTurns ? GO_ON : run.input });
      })),
  };
}

/** Said in the person's place, so it is in the log as theirs. */
const GO_ON = 'Go on where you stopped.';
