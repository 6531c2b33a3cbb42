import type { CreateAccessTokenBody, Project, TokenVerb } from '@slipway/contracts';
import { For } from 'solid-js';

/** Each is a scope of its own: the server asks for exactly one, so `write` does not include `read`. */
const VERBS: readonly { readonly verb: TokenVerb; readonly title: string }[] = [
  { verb: 'read', title: 'Read, and fetch by git' },
  { verb: 'write', title: 'Write, and push by git' },
  { verb: 'publish', title: 'Publish' },
  { verb: 'run', title: 'Run programs' },
];

/** What a new token is called, for and how long. `onCreate` resolves with whether it was made. */
export function TokenForm(props: {
  projects: readonly Project[];
  busy: boolean;
  onCreate: (body: CreateAccessTokenBody) => Promise<boolean>;
}) {
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const projectId = data.get('project') === '' ? null : String(data.get('project'));
    const made = await props.onCreate({
      name: String(data.get('name')),
      scopes: VERBS.filter(({ verb }) => data.has(verb)).map(({ verb }) => ({ verb, projectId })),
      expiresInDays: Number(data.get('days')),
    });
    if (!made) return;
    form.reset();
    // A reset knows the boxes as the page was written, without the one that is chosen to begin with.
    (form.elements.namedItem('read') as HTMLInputElement).checked = true;
  };
  return (
    <form onSubmit={(event) => void submit(event)} aria-label="New access token">
      <label>
        Name
        <input name="name" required maxlength={100} autocomplete="off" />
      </label>
      <fieldset>
        <legend>What it may do</legend>
        <div class="checks">
          <For each={VERBS}>
            {({ verb, title }) => (
              <label>
                <input type="checkbox" name={verb} checked={verb === 'read'} /> {title}
              </label>
            )}
          </For>
        </div>
      </fieldset>
      <label>
        Where
        <select name="project">
          <option value="">In all projects</option>
          <For each={props.projects}>{(project) => <option value={project.id}>In {project.name}</option>}</For>
        </select>
      </label>
      <label>
        For how long
        <select name="days">
          <option value="7">A week</option>
          <option value="30" selected>
            30 days
          </option>
          <option value="90">90 days</option>
          <option value="366">A year</option>
        </select>
      </label>
      <div>
        <button class="primary" disabled={props.busy}>
          Make token
        </button>
      </div>
    </form>
  );
}
