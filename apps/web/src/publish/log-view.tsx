import type { LogLine } from '@slipway/contracts';
import { createEffect, createMemo, createSignal, For, Show } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { ansiSpans } from './ansi-spans.ts';
import type { Publisher } from './create-publisher.ts';

/** The log of the newest build, live: lines can be searched for, and the whole of it taken along as a file. */
export function LogView(props: { publisher: Publisher }) {
  const [query, setQuery] = createSignal('');
  let log: HTMLPreElement | undefined;
  // Follows the end, unless the reader has scrolled up.
  let atEnd = true;
  const found = createMemo(() => {
    const asked = query().trim().toLowerCase();
    const lines = props.publisher.lines();
    return asked === '' ? lines : lines.filter(({ text }) => plainText(text).toLowerCase().includes(asked));
  });
  createEffect(() => {
    found();
    if (log !== undefined && atEnd) log.scrollTop = log.scrollHeight;
  });
  const scrolled = (): void => {
    if (log !== undefined) atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 30;
  };
  /** Lines are numbered from 1 without a gap, so the first number tells how many are missing. */
  const earlier = (): number => (props.publisher.lines()[0]?.seq ?? 1) - 1;
  const [failure, setFailure] = createSignal<string>();
  const download = async (): Promise<void> => {
    setFailure(undefined);
    // A build in this tab has no id yet.
    const id = props.publisher.local() === undefined ? props.publisher.build()?.id.slice(0, 8) : undefined;
    try {
      const text = await props.publisher.wholeLog();
      const url = URL.createObjectURL(new Blob([plainText(text)], { type: 'text/plain' }));
      const link = document.createElement('a');
      link.href = url;
      link.download = `build-${id ?? 'in-this-tab'}.log`;
      link.click();
      URL.revokeObjectURL(url);
    } catch (error) {
      setFailure(messageOf(error));
    }
  };
  return (
    <>
      <div class="publish-tools">
        <input
          type="search"
          aria-label="Search the log"
          placeholder="Search the log"
          value={query()}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
        <Show when={query().trim() !== ''}>
          <span class="muted" role="status">
            {`${found().length} of ${props.publisher.lines().length} lines`}
          </span>
        </Show>
        <button onClick={() => void download()}>Download the log</button>
        <Show when={failure()}>
          {(text) => (
            <span class="error" role="alert">
              {`The log could not be downloaded: ${text()}`}
            </span>
          )}
        </Show>
      </div>
      <pre class="log" ref={log} onScroll={scrolled} tabindex="0" aria-label="Build log">
        <Show when={earlier() > 0}>
          <span class="system">{`${earlier()} earlier lines are not shown\n`}</span>
        </Show>
        <For each={found()}>{(line) => <Line line={line} />}</For>
      </pre>
    </>
  );
}

/** Without escape sequences, as they would stand in a file; line by line, since a style ends with its line. */
const plainText = (line: string): string =>
  line
    .split('\n')
    .map((text) =>
      ansiSpans(text)
        .map((span) => span.text)
        .join(''),
    )
    .join('\n');

function Line(props: { line: LogLine }) {
  return (
    <span class={props.line.stream}>
      <For each={ansiSpans(props.line.text)}>
        {({ text, colour, bold, dim }) => (
          <span class={colour === undefined ? undefined : `ansi-${colour}`} classList={{ bold, dim }}>
            {text}
          </span>
        )}
      </For>
      {'\n'}
    </span>
  );
}
