import type { Answer, Question } from '@slipway/agent';
import { createSignal, Show } from 'solid-js';
import { KeysOf } from '../workbench/keys-of.tsx';
import { ANSWER_KEYS } from './answer-keys.ts';
import { describeCall } from './describe-call.ts';
import { alwaysText, canAlways } from './question-texts.ts';
import { CallBody } from './tool-card.tsx';

/** Whether a call may be made: the one thing that the agent cannot go on without. */
export function QuestionCard(props: { question: Question; onAnswer: (answer: Answer) => Promise<void> }) {
  const [busy, setBusy] = createSignal(false);
  const [note, setNote] = createSignal('');
  const said = () => describeCall({ name: props.question.tool, args: props.question.arguments });
  const answer = async (allow: boolean, always = false): Promise<void> => {
    setBusy(true);
    const why = note().trim();
    await props
      .onAnswer({ allow, ...(always ? { always } : {}), ...(why === '' ? {} : { note: why }) })
      .finally(() => setBusy(false));
  };
  return (
    <section class="agent-card agent-question" aria-label="The agent asks">
      <p>
        <strong>
          {said().verb}
          <Show when={said().object}>
            {(object) => (
              <>
                {' '}
                <code>{object()}</code>
              </>
            )}
          </Show>
          ?
        </strong>{' '}
        <span class="muted">The agent asks, because {props.question.why}.</span>
      </p>
      <div class="agent-question-body">
        <CallBody call={{ name: props.question.tool, args: props.question.arguments, result: undefined }} />
      </div>
      <div class="agent-answers" role="group" aria-label="Your answer">
        <button class="primary" disabled={busy()} onClick={() => void answer(true)}>
          Allow once <KeysOf binding={ANSWER_KEYS.once} />
        </button>
        <Show when={canAlways(props.question)}>
          <button disabled={busy()} onClick={() => void answer(true, true)}>
            {alwaysText(props.question)} <KeysOf binding={ANSWER_KEYS.always} />
          </button>
        </Show>
        <button disabled={busy()} onClick={() => void answer(false)}>
          Deny <KeysOf binding={ANSWER_KEYS.deny} />
        </button>
      </div>
      <label class="agent-note">
        <span class="muted">What the agent should know, if you deny</span>
        <input
          type="text"
          maxLength={2000}
          value={note()}
          onInput={(event) => setNote(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.isComposing && note().trim() !== '') void answer(false);
          }}
        />
      </label>
    </section>
  );
}
