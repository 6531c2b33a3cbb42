import type { PluginField } from '@slipway/contracts';
import { createSignal, For, onMount, Show } from 'solid-js';
import { type Fields, readForm, type RowData, showValue } from './row-values.ts';

/** A row to be written, field by field as the manifest has them. Escape leaves it. */
export function EntityForm(props: {
  title: string;
  fields: Fields;
  data: RowData;
  busy: boolean;
  onSave: (data: Record<string, unknown>) => void;
  onCancel: () => void;
}) {
  const [wrong, setWrong] = createSignal<string>();
  let form: HTMLFormElement | undefined;
  onMount(() => form?.querySelector<HTMLElement>('input, textarea')?.focus());
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    try {
      const data = readForm(props.fields, new FormData(form));
      setWrong(undefined);
      props.onSave(data);
    } catch (error) {
      setWrong(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <form
      ref={form}
      class="plugin-form"
      aria-label={props.title}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') props.onCancel();
      }}
    >
      <h3>{props.title}</h3>
      <For each={Object.entries(props.fields)}>
        {([name, field]) => <FormField name={name} field={field} value={props.data[name]} />}
      </For>
      <Show when={wrong()}>
        {(message) => (
          <p class="error" role="alert">
            {message()}
          </p>
        )}
      </Show>
      <div class="row">
        <button class="primary" disabled={props.busy}>
          Save
        </button>
        <button type="button" onClick={() => props.onCancel()}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/**
 * Numbers are text fields: `type="number"` gives an empty value for what it does not understand, and nobody
 * could be told what was wrong with it. A checkbox always has a value, so "required" says nothing there.
 */
function FormField(props: { name: string; field: PluginField; value: unknown }) {
  const label = () => `${props.name}${props.field.required && props.field.type !== 'boolean' ? ' (required)' : ''}`;
  return (
    <Show
      when={props.field.type === 'boolean'}
      fallback={
        <label>
          {label()}
          <Show
            when={props.field.type === 'json'}
            fallback={
              <input
                name={props.name}
                autocomplete="off"
                inputmode={props.field.type === 'integer' || props.field.type === 'number' ? 'decimal' : 'text'}
                placeholder={props.field.type === 'date' ? '2026-01-31' : ''}
                value={showValue(props.value)}
              />
            }
          >
            <textarea name={props.name} rows="3" spellcheck={false} value={showValue(props.value)} />
          </Show>
        </label>
      }
    >
      <label class="plugin-check">
        <input type="checkbox" name={props.name} checked={props.value === true} />
        {label()}
      </label>
    </Show>
  );
}
