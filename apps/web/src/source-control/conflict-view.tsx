import { createEffect, createMemo, createResource, createSignal, For, on, Show } from 'solid-js';
import { type ConflictPart, type Kept, parseConflicts, settleConflict } from './conflict-regions.ts';
import type { DifferenceParts } from './open-difference.tsx';
import type { ConflictedFile } from './parse-status.ts';

/** Around a conflict so many lines are shown. */
const CONTEXT_LINES = 3;
const CHOICES: readonly { readonly kept: Kept; readonly label: string }[] = [
  { kept: 'ours', label: 'Keep ours' },
  { kept: 'theirs', label: 'Keep theirs' },
  { kept: 'both', label: 'Keep both' },
];

/** A file that could not be merged: each conflict with both sides, and what is to be kept of it. */
export function ConflictView(props: { parts: DifferenceParts; file: ConflictedFile }) {
  const [failure, setFailure] = createSignal<string>();
  const [text, { refetch }] = createResource(async () => {
    const bytes = await props.parts.readFile(props.file.path);
    return bytes === undefined || bytes.includes(0) ? null : new TextDecoder().decode(bytes);
  });
  createEffect(
    on(
      () => props.parts.control.status(),
      () => void refetch(),
      { defer: true },
    ),
  );
  const open = (): boolean =>
    props.parts.control.status()?.conflicts.some(({ path }) => path === props.file.path) === true;
  const parts = createMemo(() => parseConflicts(text.latest ?? ''));
  const conflicts = createMemo(() =>
    parts().flatMap((part, at) =>
      part.name === 'conflict' ? [{ part, above: parts()[at - 1], below: parts()[at + 1] }] : [],
    ),
  );
  /** The file is written and not staged: the person says "Mark resolved" once all of it is right. */
  const settle = async (index: number, kept: Kept): Promise<void> => {
    const now = text.latest;
    if (typeof now !== 'string') return;
    try {
      setFailure(undefined);
      await props.parts.writeFile(props.file.path, settleConflict(now, index, kept));
      await refetch();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  const busy = (): boolean => props.parts.control.busy() !== undefined;
  const bothTexts = (): boolean =>
    props.file.ours !== undefined && props.file.theirs !== undefined && typeof text.latest === 'string';
  return (
    <div class="conflict-view">
      <p>
        <strong>{props.file.path}</strong> <span class="muted">{props.file.what}</span>
      </p>
      <Show when={failure()}>
        {(message) => (
          <p class="error" role="alert">
            {message()}
          </p>
        )}
      </Show>
      <Show when={open()} fallback={<p class="empty">It is settled.</p>}>
        <div class="row">
          <button disabled={busy()} onClick={() => void props.parts.control.settle(props.file, 'ours')}>
            {props.file.ours !== undefined ? 'Keep our whole file' : 'Delete it, as we did'}
          </button>
          <button disabled={busy()} onClick={() => void props.parts.control.settle(props.file, 'theirs')}>
            {props.file.theirs !== undefined ? 'Keep their whole file' : 'Delete it, as they did'}
          </button>
          <button
            class="primary"
            disabled={busy() || conflicts().length > 0}
            onClick={() => void props.parts.control.stage([props.file.path])}
          >
            Mark resolved
          </button>
        </div>
        <Show when={bothTexts()}>
          <p role="status" class="muted">
            {conflicts().length === 1 ? '1 conflict is left' : `${conflicts().length} conflicts are left`}
          </p>
          <ol class="conflict-list" aria-label="Conflicts in the file">
            <For each={conflicts()}>
              {({ part, above, below }, index) => (
                <li>
                  <pre class="muted">{lastLines(above)}</pre>
                  <section aria-label={`Ours, ${part.labels[0]}`}>
                    <p class="conflict-side">{`Ours (${part.labels[0]})`}</p>
                    <pre class="conflict-ours">{part.ours}</pre>
                  </section>
                  <section aria-label={`Theirs, ${part.labels[1]}`}>
                    <p class="conflict-side">{`Theirs (${part.labels[1]})`}</p>
                    <pre class="conflict-theirs">{part.theirs}</pre>
                  </section>
                  <pre class="muted">{firstLines(below)}</pre>
                  <div class="row">
                    <For each={CHOICES}>
                      {({ kept, label }) => (
                        <button
                          disabled={busy()}
                          aria-label={`${label} of conflict ${index() + 1}`}
                          onClick={() => void settle(index(), kept)}
                        >
                          {label}
                        </button>
                      )}
                    </For>
                  </div>
                </li>
              )}
            </For>
          </ol>
        </Show>
      </Show>
    </div>
  );
}

const textOf = (part: ConflictPart | undefined): string => (part?.name === 'same' ? part.text : '');
/** One more is taken than is shown: behind the last newline there is an empty one. */
const lastLines = (part: ConflictPart | undefined): string =>
  textOf(part)
    .split('\n')
    .slice(-CONTEXT_LINES - 1)
    .join('\n');
const firstLines = (part: ConflictPart | undefined): string =>
  textOf(part).split('\n').slice(0, CONTEXT_LINES).join('\n');
