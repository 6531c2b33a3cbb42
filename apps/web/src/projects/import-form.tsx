import { Show } from 'solid-js';
import type { ProjectActions } from './create-project-actions.ts';
import { filesOfFolder, IMPORT_LIMITS } from './project-files.ts';

/** A project from a git repository elsewhere, an archive, or a folder of this machine. */
export function ImportForm(props: { actions: ProjectActions }) {
  let folder: HTMLInputElement | undefined;
  let archive: HTMLInputElement | undefined;
  const busy = (): boolean => props.actions.doing.busy();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const password = text('token');
    void props.actions.importGit({
      url: text('address'),
      credential: password === '' ? null : { username: text('user') || 'git', password },
    });
  };
  const importArchive = (input: HTMLInputElement): void => {
    const file = input.files?.[0];
    // So that the same file can be chosen again.
    input.value = '';
    if (file === undefined) return;
    void props.actions.importFiles(file.name.replace(/\.zip$/i, '') || 'Imported', async () =>
      (await import('./read-zip.ts')).readZip(file, IMPORT_LIMITS.entries),
    );
  };
  const importFolder = (input: HTMLInputElement): void => {
    const files = [...(input.files ?? [])];
    input.value = '';
    const name = files[0]?.webkitRelativePath.split('/')[0];
    if (name !== undefined) void props.actions.importFiles(name || 'Imported', async () => filesOfFolder(files));
  };
  return (
    <details class="import">
      <summary>Import</summary>
      <form class="row" onSubmit={submit}>
        <label class="grow">
          Git address
          <input name="address" type="url" required placeholder="https://…/project.git" pattern="https://.*" />
        </label>
        <label>
          User (optional)
          <input name="user" autocomplete="off" maxLength={200} />
        </label>
        <label>
          Token (optional)
          <input name="token" type="password" autocomplete="off" maxLength={2000} />
        </label>
        <button disabled={busy()}>{busy() ? 'Importing…' : 'Import'}</button>
      </form>
      <div class="row">
        <button disabled={busy()} onClick={() => archive?.click()}>
          Import a zip archive…
        </button>
        <button disabled={busy()} onClick={() => folder?.click()}>
          Import a folder…
        </button>
        <input
          ref={archive}
          type="file"
          accept=".zip,application/zip"
          hidden
          onChange={(event) => importArchive(event.currentTarget)}
        />
        <input
          ref={(input) => {
            folder = input;
            // No attribute that types of HTML know, and every browser has it.
            input.setAttribute('webkitdirectory', '');
          }}
          type="file"
          hidden
          onChange={(event) => importFolder(event.currentTarget)}
        />
        <Show when={props.actions.progress()}>{(text) => <span role="status">Importing: {text()}</span>}</Show>
      </div>
    </details>
  );
}
