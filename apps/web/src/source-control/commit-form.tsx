import { createSignal, Show } from 'solid-js';
import type { SourceControl } from './create-source-control.ts';

/** The message of the next commit. With nothing staged everything goes into it, and the button says so. */
export function CommitForm(props: { control: SourceControl; busy: boolean }) {
  const [message, setMessage] = createSignal('');
  const [amend, setAmend] = createSignal(false);
  const status = () => props.control.status();
  /** Not with a merge's conflicts open, which `add -A` would mark as resolved. */
  const all = (): boolean =>
    !amend() &&
    (status()?.staged.length ?? 0) === 0 &&
    (status()?.work.length ?? 0) > 0 &&
    status()?.conflicts.length === 0;
  const ready = (): boolean => !props.busy && message().trim() !== '' && status()?.conflicts.length === 0;
  const submit = async (): Promise<void> => {
    if (!ready()) return;
    if (!(await props.control.commit(message(), { amend: amend(), all: all() }))) return;
    setMessage('');
    setAmend(false);
  };
  const toggle = async (on: boolean): Promise<void> => {
    setAmend(on);
    if (on && message().trim() === '') setMessage(await props.control.lastMessage());
  };
  return (
    <form
      class="source-control-commit"
      aria-label="Commit"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <textarea
        aria-label="Commit message"
        placeholder={`Message (Ctrl+Enter commits on ${status()?.branch ?? 'no branch'})`}
        rows={3}
        maxLength={20_000}
        value={message()}
        onInput={(event) => setMessage(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void submit();
        }}
      />
      <div class="row">
        <button type="submit" class="primary" disabled={!ready()}>
          {amend() ? 'Amend the last commit' : all() ? 'Commit all changes' : 'Commit'}
        </button>
        <Show when={status()?.head !== undefined}>
          <label class="source-control-amend">
            <input type="checkbox" checked={amend()} onChange={(event) => void toggle(event.currentTarget.checked)} />
            Amend
          </label>
        </Show>
      </div>
      <Show when={(status()?.conflicts.length ?? 0) > 0}>
        <p class="muted">Conflicts are settled first.</p>
      </Show>
    </form>
  );
}
