import { For, Show } from 'solid-js';
import type { TextPosition } from '../workbench/feature.ts';
import type { FileProblems, Problem } from './create-problems.ts';
import type { References } from './references.ts';

const MARKS: Readonly<Record<Problem['severity'], string>> = { error: 'E', warning: 'W', info: 'I', hint: 'H' };

/** What is wrong with the open files, where a symbol is used, and what the servers do. */
export function ProblemsPanel(props: {
  files: readonly FileProblems[];
  references: References | undefined;
  states: readonly string[];
  /** Whether this installation has language servers. */
  wanted: boolean;
  onOpen: (path: string, at: TextPosition) => void;
  onForget: () => void;
}) {
  const empty = (): string => {
    if (!props.wanted) return 'Language servers are turned off on this installation.';
    return props.states.length === 0
      ? 'Open a file: problems of TypeScript, JavaScript, Vue, Svelte, Astro, CSS, HTML and JSON are listed here.'
      : 'No problems in the open files.';
  };
  return (
    <div class="problems">
      <Show when={props.references}>
        {(references) => (
          <section aria-label={`References to ${references().name}`}>
            <header>
              <strong>References to “{references().name}”</strong>
              <button onClick={() => props.onForget()}>Close</button>
            </header>
            <For each={references().files} fallback={<p class="empty">It is used nowhere.</p>}>
              {(file) => (
                <>
                  <h3>{file.path}</h3>
                  <ul aria-label={`References in ${file.path}`}>
                    <For each={file.places}>
                      {(place) => (
                        <li>
                          <button class="problem" onClick={() => props.onOpen(file.path, place)}>
                            <span class="problem-place">{place.line}</span>
                            <code>{place.text}</code>
                          </button>
                        </li>
                      )}
                    </For>
                  </ul>
                </>
              )}
            </For>
          </section>
        )}
      </Show>
      <section aria-label="Problems">
        <Show when={props.states.length > 0}>
          <p class="muted problem-states">{props.states.join(' · ')}</p>
        </Show>
        <For each={props.files} fallback={<p class="empty">{empty()}</p>}>
          {(file) => (
            <>
              <h3>{file.path}</h3>
              <ul aria-label={`Problems in ${file.path}`}>
                <For each={file.problems}>
                  {(problem) => (
                    <li>
                      <button class="problem" onClick={() => props.onOpen(file.path, problem)}>
                        <span class={`problem-mark ${problem.severity}`} role="img" aria-label={problem.severity}>
                          {MARKS[problem.severity]}
                        </span>
                        <span class="problem-place">{`${problem.line}:${problem.column}`}</span>
                        <span class="problem-text">{problem.message}</span>
                        <span class="muted">{problem.source}</span>
                      </button>
                    </li>
                  )}
                </For>
              </ul>
            </>
          )}
        </For>
      </section>
    </div>
  );
}
