import type { CallResult, Operation } from '@slipway/plugin-host';
import { For, Show } from 'solid-js';

/** What a call in this tab came to: nothing of it was done. */
export function CallResultView(props: { result: CallResult; label: string }) {
  const operations = (): readonly Operation[] => (props.result.kind === 'ok' ? props.result.operations : []);
  const failure = () => (props.result.kind === 'ok' ? undefined : props.result.message);
  return (
    <section class="plugin-result" aria-label={props.label}>
      <p role="status">
        <strong>{props.result.kind}</strong> · {props.result.fuel.toLocaleString('en')} units of fuel ·{' '}
        {Math.ceil(props.result.memoryBytes / 1024).toLocaleString('en')} KiB of memory
      </p>
      <Show when={failure()}>{(message) => <p class="error">{message()}</p>}</Show>
      <Show when={operations().length > 0}>
        <p class="muted">It would do, in this order:</p>
        <ol>
          <For each={operations()}>{(operation) => <li>{describe(operation)}</li>}</For>
        </ol>
      </Show>
      <For each={props.result.log}>
        {({ level, message }) => (
          <p class="plugin-log">
            {level}: {message}
          </p>
        )}
      </For>
    </section>
  );
}

/** Data and payload are JSON texts, shown as the plugin wrote them. */
function describe(operation: Operation): string {
  switch (operation.kind) {
    case 'insert':
      return `insert into “${operation.entity}”: ${operation.data}`;
    case 'update':
      return `update ${operation.id} of “${operation.entity}”, version ${operation.version}: ${operation.data}`;
    case 'delete':
      return `delete ${operation.id} of “${operation.entity}”`;
    case 'publish':
      return `publish “${operation.type}”: ${operation.payload}`;
  }
}
