import { createResource, createSignal, For, Show } from 'solid-js';
import { moveByArrows } from './change-list.tsx';
import type { SourceControl } from './create-source-control.ts';
import type { ChangedFile } from './parse-status.ts';
import type { Commit } from './read-repository.ts';

const TIMES = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Commits, newest first, and what each changed. */
export function HistorySection(props: { control: SourceControl; onOpen: (file: ChangedFile, commit: Commit) => void }) {
  const [chosen, setChosen] = createSignal<Commit>();
  const isChosen = (commit: Commit): boolean => chosen()?.oid === commit.oid;
  return (
    <details class="source-control-section">
      <summary>History</summary>
      <ul aria-label="Commits" onKeyDown={moveByArrows}>
        <For each={props.control.commits()} fallback={<li class="empty">Nothing was committed yet.</li>}>
          {(commit) => (
            <li>
              <button
                class="quiet source-control-entry"
                aria-expanded={isChosen(commit)}
                onClick={() => setChosen(isChosen(commit) ? undefined : commit)}
              >
                <span class="source-control-subject">{commit.subject}</span>
                <For each={commit.refs}>{(ref) => <span class="source-control-ref">{ref}</span>}</For>
                <span class="muted">{`${commit.author}, ${TIMES.format(commit.at)}`}</span>
                <code class="muted">{commit.oid.slice(0, 7)}</code>
              </button>
              <Show when={isChosen(commit)}>
                <CommitFiles control={props.control} commit={commit} onOpen={(file) => props.onOpen(file, commit)} />
              </Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={props.control.moreCommits()}>
        <button onClick={() => void props.control.olderCommits()}>Older commits</button>
      </Show>
    </details>
  );
}

function CommitFiles(props: { control: SourceControl; commit: Commit; onOpen: (file: ChangedFile) => void }) {
  const [files] = createResource(
    () => props.commit,
    (commit) => props.control.filesOf(commit),
  );
  return (
    <ul class="source-control-files" aria-label={`Files of ${props.commit.subject}`}>
      <For each={files()} fallback={<li class="empty">{files.loading ? 'Reading …' : 'No file was changed.'}</li>}>
        {(file) => (
          <li>
            <button class="quiet source-control-file" onClick={() => props.onOpen(file)}>
              <span class={`source-control-kind ${file.kind}`} role="img" aria-label={file.kind}>
                {file.kind.charAt(0).toUpperCase()}
              </span>
              <span>{file.path}</span>
            </button>
          </li>
        )}
      </For>
    </ul>
  );
}
