import { createSignal } from 'solid-js';

/** A token or a link that is never shown again, to be copied now. */
export function ShownOnce(props: { label: string; value: string; hint: string; onClose: () => void }) {
  let field: HTMLInputElement | undefined;
  const [copied, setCopied] = createSignal(false);
  const copy = async (): Promise<void> => {
    field?.select();
    await navigator.clipboard.writeText(props.value);
    setCopied(true);
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
          {copied() ? 'Copied' : 'Copy'}
        </button>
        <button onClick={() => props.onClose()}>Done</button>
      </div>
    </div>
  );
}
