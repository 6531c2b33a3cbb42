import { type KnownProvider, type ProviderKind, providerKinds, type SetProviderBody } from '@slipway/agent';
import { createSignal, Index, Show } from 'solid-js';
import { EMPTY_ROW, type ModelRow, readRows, rowOf } from './model-rows.ts';

/** As people call them; the last kind is a wire and no company. */
const KINDS: Readonly<Record<ProviderKind, string>> = {
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  google: 'Google',
  'openai-compatible': 'Another that speaks OpenAI’s way (Ollama, llama.cpp, vLLM, a gateway)',
};

/** A stored key never comes to the page, which knows only whether there is one. */
export function ProviderForm(props: {
  provider: KnownProvider | undefined;
  busy: boolean;
  onSave: (name: string, body: SetProviderBody) => Promise<void>;
  onCancel: (() => void) | undefined;
}) {
  const [kind, setKind] = createSignal<ProviderKind>(props.provider?.kind ?? 'openai');
  const [rows, setRows] = createSignal<readonly ModelRow[]>(props.provider?.models.map(rowOf) ?? [EMPTY_ROW]);
  const [problem, setProblem] = createSignal<string>();
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => String(data.get(name) ?? '').trim();
    const read = readRows(rows());
    setProblem('problem' in read ? read.problem : undefined);
    if ('problem' in read) return;
    const [baseUrl, apiKey] = [text('baseUrl'), text('apiKey')];
    await props.onSave(props.provider?.name ?? text('name'), {
      kind: kind(),
      models: read.models,
      ...(baseUrl === '' ? {} : { baseUrl }),
      ...(apiKey === '' ? {} : { apiKey }),
    });
  };
  const change = (at: number, to: Partial<ModelRow>): void =>
    void setRows((before) => before.map((row, index) => (index === at ? { ...row, ...to } : row)));
  return (
    <form class="provider-form" aria-labelledby="provider-form" onSubmit={(event) => void submit(event)}>
      <label>
        Name
        <input
          name="name"
          required
          maxlength={50}
          pattern="[a-z0-9][a-z0-9\-]*"
          title="Small letters, digits and dashes"
          autocomplete="off"
          value={props.provider?.name ?? ''}
          disabled={props.provider !== undefined}
        />
      </label>
      <label>
        Kind
        <select name="kind" onChange={(event) => setKind(event.currentTarget.value as ProviderKind)}>
          <Index each={providerKinds}>
            {(one) => (
              <option value={one()} selected={one() === kind()}>
                {KINDS[one()]}
              </option>
            )}
          </Index>
        </select>
      </label>
      <label>
        Address{kind() === 'openai-compatible' ? '' : ', if it is not the provider’s own'}
        <input
          name="baseUrl"
          type="url"
          required={kind() === 'openai-compatible'}
          maxlength={2000}
          placeholder="https://models.example.com/v1"
          autocomplete="off"
          value={props.provider?.baseUrl ?? ''}
        />
      </label>
      <label>
        Key
        <input name="apiKey" type="password" maxlength={4000} autocomplete="off" />
      </label>
      <fieldset>
        <legend>Models; prices are for a million tokens, and can be left out</legend>
        <Index each={rows()}>
          {(row, at) => (
            <div class="model-row" role="group" aria-label={`Model ${at + 1}`}>
              <Field label="Id" value={row().id} onInput={(id) => change(at, { id })} />
              <Field label="Price read" value={row().inputPrice} onInput={(inputPrice) => change(at, { inputPrice })} />
              <Field
                label="Price written"
                value={row().outputPrice}
                onInput={(outputPrice) => change(at, { outputPrice })}
              />
              <Field label="Window" value={row().window} onInput={(window) => change(at, { window })} />
            </div>
          )}
        </Index>
        <button type="button" disabled={rows().length >= 100} onClick={() => setRows((all) => [...all, EMPTY_ROW])}>
          One model more
        </button>
      </fieldset>
      <Show when={problem()}>
        {(text) => (
          <p class="error" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <div class="row">
        <button class="primary" disabled={props.busy}>
          Keep
        </button>
        <Show when={props.onCancel}>
          {(cancel) => (
            <button type="button" onClick={() => cancel()()}>
              Cancel
            </button>
          )}
        </Show>
      </div>
    </form>
  );
}

function Field(props: { label: string; value: string; onInput: (text: string) => void }) {
  return (
    <label>
      {props.label}
      <input
        type="text"
        maxlength={200}
        autocomplete="off"
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </label>
  );
}
