import type { BuildVariable } from '@slipway/contracts';
import { createSignal, For } from 'solid-js';
import type { SiteAdmin } from './create-site-admin.ts';

/** What builds get in their environment; a secret is never shown again (P-29, P-30). */
export function VariablesForm(props: { admin: SiteAdmin; projectId: string; variables: readonly BuildVariable[] }) {
  const [name, setName] = createSignal('');
  const [value, setValue] = createSignal('');
  const [secret, setSecret] = createSignal(false);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = { value: value(), secret: secret() };
    if (await props.admin.change((api) => api.setVariable(props.projectId, name(), body))) {
      setName('');
      setValue('');
    }
  };
  return (
    <form class="settings" aria-label="Variables" onSubmit={(event) => void save(event)}>
      <ul class="variables" aria-label="Variables of builds">
        <For each={props.variables}>
          {(variable) => (
            <li class="row">
              <code>{variable.name}</code>
              <span class="muted">{variable.secret ? 'secret' : variable.value}</span>
              <span class="grow" />
              <button
                type="button"
                aria-label={`Remove ${variable.name}`}
                onClick={() => void props.admin.change((api) => api.deleteVariable(props.projectId, variable.name))}
              >
                Remove
              </button>
            </li>
          )}
        </For>
      </ul>
      <label>
        Variable
        <input
          required
          pattern="[A-Za-z_][A-Za-z0-9_]*"
          value={name()}
          placeholder="VITE_API_URL"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label>
        Value
        <input
          type={secret() ? 'password' : 'text'}
          autocomplete="off"
          value={value()}
          onInput={(event) => setValue(event.currentTarget.value)}
        />
      </label>
      <label class="check">
        <input type="checkbox" checked={secret()} onChange={(event) => setSecret(event.currentTarget.checked)} />
        Secret: never shown, and no version that holds it is published
      </label>
      <div class="row">
        <button>Set variable</button>
      </div>
    </form>
  );
}
