import { createSignal, For, Show } from 'solid-js';
import { type Fields, readValue } from './row-values.ts';

/** The host's queries know `in` as well, which one field for a value cannot say. */
const OPERATORS = { eq: 'is', lt: 'is below', gt: 'is above' } as const;

/** One condition on an indexed field; the server takes no others. */
export function EntityFilter(props: { name: string; fields: Fields; onFilter: (filter: string) => void }) {
  const indexed = () => Object.keys(props.fields).filter((name) => props.fields[name]!.indexed);
  const [wrong, setWrong] = createSignal<string>();
  const filter = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const [field, operator, text] = ['field', 'operator', 'value'].map((key) => String(form.get(key)));
    try {
      const value = readValue(field!, props.fields[field!]!, text!);
      setWrong(undefined);
      props.onFilter(value === undefined ? '' : JSON.stringify({ [field!]: { [operator!]: value } }));
    } catch (error) {
      setWrong(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Show when={indexed().length > 0}>
      <form class="plugin-filter" aria-label={`Filter ${props.name}`} onSubmit={filter}>
        <label>
          Field
          <select name="field">
            <For each={indexed()}>{(name) => <option>{name}</option>}</For>
          </select>
        </label>
        <label>
          How
          <select name="operator">
            <For each={Object.entries(OPERATORS)}>{([value, label]) => <option value={value}>{label}</option>}</For>
          </select>
        </label>
        <label>
          Value
          <input name="value" autocomplete="off" />
        </label>
        <button>Filter</button>
      </form>
      <Show when={wrong()}>
        {(message) => (
          <p class="error" role="alert">
            {message()}
          </p>
        )}
      </Show>
    </Show>
  );
}
