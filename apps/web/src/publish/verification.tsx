import { type Build, explainFailure, type ManifestDifference, type VerificationResponse } from '@slipway/contracts';
import { createResource, createSignal, For, Show } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { Api } from '../api/create-api.ts';

const VERDICTS = {
  pending: ['Unverified', 'Built in a tab; the server builds the same save now and compares.'],
  verified: ['Verified', 'The server has built the very same files from this save.'],
  different: ['Different', 'The server has built other files from this save.'],
  failed: ['Not verified', 'The server could not build this save.'],
} as const;

type State = keyof typeof VERDICTS;

/** A word for what the check of a version has found; nothing for what the server built itself. */
export function VerdictBadge(props: { verification: Build['verification'] }) {
  return (
    <Show when={props.verification}>
      {(state) => (
        <span class={`verdict ${state()}`} title={VERDICTS[state()][1]}>
          {VERDICTS[state()][0]}
        </span>
      )}
    </Show>
  );
}

/** What the check of the newest version has found, in which files, and how to have it checked again. */
export function Verification(props: { build: Build; api: Pick<Api, 'verification' | 'verifyAgain'> }) {
  const [open, setOpen] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();
  const state = (): State => props.build.verification ?? 'pending';
  const hasMore = (): boolean => state() === 'different' || state() === 'failed';
  // Asked again when the check has come to another end.
  const [found] = createResource(
    () => (open() && hasMore() ? `${props.build.id} ${props.build.updatedAt}` : undefined),
    async () => {
      try {
        return await props.api.verification(props.build.id);
      } catch (error) {
        setProblem(messageOf(error));
        return undefined;
      }
    },
  );
  const again = (): void => {
    setProblem(undefined);
    setOpen(false);
    props.api.verifyAgain(props.build.id).catch((error: unknown) => setProblem(messageOf(error)));
  };
  return (
    <>
      <VerdictBadge verification={props.build.verification} />
      <span class="muted">{VERDICTS[state()][1]}</span>
      <Show when={hasMore()}>
        <button aria-expanded={open()} onClick={() => setOpen(!open())}>
          {state() === 'different' ? 'Show the differences' : 'Show why'}
        </button>
        <button onClick={again}>Check again</button>
      </Show>
      <Show when={problem()}>
        <p class="error publish-advice" role="alert">
          {problem()}
        </p>
      </Show>
      <Show when={open() && found()}>{(answer) => <Findings answer={answer()} />}</Show>
    </>
  );
}

/** The server sends only the first of many differences, with how many there are in all. */
function Findings(props: { answer: VerificationResponse }) {
  return (
    <div class="publish-advice findings">
      <Show when={props.answer.problem}>{(problem) => <p>{`${problem()}. ${explainFailure(problem()).todo}`}</p>}</Show>
      <Show when={props.answer.differences.length > 0}>
        <ul aria-label="Files that differ">
          <For each={props.answer.differences}>
            {(difference) => (
              <li>
                <code>{difference.path}</code> <span class="muted">{describe(difference)}</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={props.answer.total > props.answer.differences.length}>
        <p class="muted">{`and ${props.answer.total - props.answer.differences.length} more`}</p>
      </Show>
    </div>
  );
}

/** `null` on a side means that it has no such file. */
export function describe({ tab, server }: ManifestDifference): string {
  if (tab === null) return 'only the server has built it';
  if (server === null) return 'only the tab has built it';
  if (tab.sha256 === server.sha256) return 'may be run in one of the two only';
  const sizes = `${tab.size} bytes from the tab, ${server.size} from the server`;
  return tab.size === server.size ? `${tab.size} bytes each, with other contents` : sizes;
}
