import { isTerminal, type BuildStatus, type LogLine } from '@slipway/contracts';
import { createEffect, createSignal, For, Show } from 'solid-js';
import { ansiSpans } from './ansi-spans.ts';
import type { Publisher } from './create-publisher.ts';

const STATUS_TEXT: Record<BuildStatus, string> = {
  queued: 'Waiting for a worker…',
  running: 'Building…',
  succeeded: 'Published',
  failed: 'Failed',
  cancelled: 'Cancelled',
  expired: 'Given up: it took too long or too many attempts',
  stale: 'Replaced by a newer build',
};

export function PublishPanel(props: { publisher: Publisher }) {
  let log: HTMLPreElement | undefined;
  // Follows the end, unless the reader has scrolled up.
  let atEnd = true;
  createEffect(() => {
    props.publisher.lines();
    if (log !== undefined && atEnd) log.scrollTop = log.scrollHeight;
  });
  const scrolled = (): void => {
    if (log !== undefined) atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 30;
  };
  return (
    <section class="publish" aria-label="Publish">
      <Show when={props.publisher.failure()}>
        <p class="error publish-failure" role="alert">
          {props.publisher.failure()}
        </p>
      </Show>
      <Show when={props.publisher.build()} fallback={<p class="empty">Not published yet. “Publish” saves the project, builds it on the server and gives you a link.</p>}>
        {(build) => (
          <>
            <div class="publish-status" role="status">
              <span class={`badge ${build().status}`}>{STATUS_TEXT[build().status]}</span>
              <Show when={!props.publisher.connected()}>
                <span class="muted">reconnecting…</span>
              </Show>
              <Show when={!isTerminal(build().status)}>
                <button disabled={build().cancelRequested} onClick={() => void props.publisher.cancel()}>
                  {build().cancelRequested ? 'Cancelling…' : 'Cancel'}
                </button>
              </Show>
              <Show when={build().previewUrl}>{(url) => <Link url={url()} />}</Show>
              <Show when={build().errorSummary}>
                <span class="error">{build().errorSummary}</span>
              </Show>
            </div>
            <pre class="log" ref={log} onScroll={scrolled} tabindex="0" aria-label="Build log">
              <For each={props.publisher.lines()}>{(line) => <Line line={line} />}</For>
            </pre>
          </>
        )}
      </Show>
    </section>
  );
}

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

function Link(props: { url: string }) {
  const [copied, setCopied] = createSignal(false);
  const copy = (): void => {
    navigator.clipboard.writeText(props.url).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), 1500);
      },
      // Refused by the browser's settings: the link itself is there to be copied.
      (error: unknown) => console.warn('Cannot copy the link:', error),
    );
  };
  return (
    <>
      <a class="published-link" href={props.url} target="_blank" rel="noreferrer">
        {props.url}
      </a>
      <button onClick={copy}>{copied() ? 'Copied' : 'Copy link'}</button>
    </>
  );
}
