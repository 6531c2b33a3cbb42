import { isTerminal, type BuildStatus } from '@slipway/contracts';
import { createEffect, createSignal, For, Show } from 'solid-js';
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
  createEffect(() => {
    props.publisher.lines();
    if (log !== undefined) log.scrollTop = log.scrollHeight;
  });
  return (
    <section class="publish" aria-label="Publish">
      <Show when={props.publisher.failure()}>
        <p class="error" role="alert">
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
            <pre class="log" ref={log} tabindex="0" aria-label="Build log">
              <For each={props.publisher.lines()}>{(line) => <span class={line.stream}>{`${line.text}\n`}</span>}</For>
            </pre>
          </>
        )}
      </Show>
    </section>
  );
}

function Link(props: { url: string }) {
  const [copied, setCopied] = createSignal(false);
  const copy = (): void => {
    void navigator.clipboard.writeText(props.url).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
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
