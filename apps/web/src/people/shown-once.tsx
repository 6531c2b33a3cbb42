import { Show } from 'solid-js';
import { COPY_REFUSED, createCopying } from '../shell/create-copying.ts';

/** A token or a link that is never shown again, to be copied now. */
export function ShownOnce(props: { label: string; value: string; hint: string; onClose: () => void }) {
  let field: HTMLInputElement | undefined;
  const copying = createCopying();
  const copy = async (): Promise<void> => {
    // Selected either way: where it is refused, the keys copy it.
    field?.select();
    await copying.copy(props.value);
  };
  return (
    <div class="notice shown-once" role="status">
      <label>
        {props.label}
        <input ref={field} readOnly value={props.value} onFocus={(event) => event.currentTarget.select()} />
      </label>
      <p class="muted">{props.hint}</p>
      <div class="row">
        <button class="primary" onClick={() => void copy()}>
          {copying.state() === 'copied' ? 'Copied' : 'Copy'}
        </button>
        <button onClick={() => props.onClose()}>Done</button>
      </div>
      <Show when={copying.state() === 'refused'}>
        <p class="error" role="alert">
          {COPY_REFUSED}
        </p>
      </Show>
    </div>
  );
}
