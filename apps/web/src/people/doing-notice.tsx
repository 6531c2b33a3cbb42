import { Show } from 'solid-js';
import type { Doing } from './create-doing.ts';

/** What became of the last thing; read out, so that it stands where nobody looks too. */
export function DoingNotice(props: { doing: Doing }) {
  return (
    <>
      <Show when={props.doing.failure()}>
        {(message) => (
          <p class="error" role="alert">
            {message()}
          </p>
        )}
      </Show>
      <p class="good" role="status">
        {props.doing.done() ?? ''}
      </p>
    </>
  );
}
