import { createSignal, Show } from 'solid-js';
import { useApi } from '../api/context.ts';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { createDoing } from './create-doing.ts';
import { DoingNotice } from './doing-notice.tsx';

/** The export is a tar of all that the server has of the person. */
export function DataSection() {
  const api = useApi();
  const exporting = createDoing();
  const deleting = createDoing();
  /** The password that was typed for the deletion which is being asked about. */
  const [doomed, setDoomed] = createSignal<string>();
  const save = () =>
    void exporting.run(async () => {
      const url = URL.createObjectURL(await api.people.exportAccount());
      const link = document.createElement('a');
      link.href = url;
      link.download = 'slipway-export.tar';
      link.click();
      URL.revokeObjectURL(url);
    }, 'The archive is in your downloads.');
  const remove = async (password: string): Promise<void> => {
    setDoomed(undefined);
    if (await deleting.run(() => api.people.deleteAccount(password))) await api.signOut();
  };
  return (
    <>
      <section aria-labelledby="export">
        <h2 id="export">Your data</h2>
        <p class="muted">
          Everything the server has of you: account, sessions, tokens, log, and the files of your projects.
        </p>
        <button disabled={exporting.busy()} onClick={save}>
          {exporting.busy() ? 'Exporting…' : 'Export as archive'}
        </button>
        <DoingNotice doing={exporting} />
      </section>
      <section class="danger-zone" aria-labelledby="delete">
        <h2 id="delete">Delete the account</h2>
        <p class="muted">Projects, files, builds and published sites go with it.</p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            setDoomed(String(new FormData(event.currentTarget).get('password')));
          }}
        >
          <label>
            Password, for the deletion
            <input name="password" type="password" autocomplete="off" />
          </label>
          <div>
            <button class="danger" disabled={deleting.busy()}>
              Delete account
            </button>
          </div>
        </form>
        <DoingNotice doing={deleting} />
        <Show when={doomed() !== undefined}>
          <ConfirmDialog
            title="Delete your account?"
            text="Everything of yours on this server is deleted. Nobody can bring it back."
            confirm="Delete everything"
            onAnswer={(yes) => (yes ? void remove(doomed() ?? '') : setDoomed(undefined))}
          />
        </Show>
      </section>
    </>
  );
}
