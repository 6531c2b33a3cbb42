import type { Template } from '@slipway/contracts';
import { createSignal, For } from 'solid-js';

/** A name that is left empty becomes the template's title. Stays busy until `onCreate` is done, also when it fails. */
export function NewProjectForm(props: {
  templates: readonly Template[];
  onCreate: (name: string, template: Template) => Promise<void>;
}) {
  const [busy, setBusy] = createSignal(false);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const template = props.templates.find(({ id }) => id === form.get('template'));
    if (template === undefined) return;
    setBusy(true);
    await props.onCreate(String(form.get('name')).trim() || template.title, template).finally(() => setBusy(false));
  };

  return (
    <form class="new-project" onSubmit={(event) => void submit(event)}>
      <fieldset>
        <legend class="visually-hidden">Template</legend>
        <div class="templates">
          {/* TypeScript first: it is what most people start with. */}
          <For each={[...props.templates].sort((a, b) => Number(b.language === 'ts') - Number(a.language === 'ts'))}>
            {(template, index) => (
              <label class="template">
                <input type="radio" name="template" value={template.id} checked={index() === 0} />
                <span>
                  <strong>
                    {template.title} <small>{template.language === 'ts' ? 'TypeScript' : 'JavaScript'}</small>
                  </strong>
                  <small class="muted">{template.source}</small>
                </span>
              </label>
            )}
          </For>
        </div>
      </fieldset>
      <div class="row">
        <label class="grow">
          <span class="visually-hidden">Name</span>
          <input name="name" placeholder="Name (optional)" maxlength={100} />
        </label>
        <button class="primary" disabled={busy()}>
          {busy() ? 'Creating…' : 'Create project'}
        </button>
      </div>
    </form>
  );
}
