import * as AlertDialog from '@kobalte/core/alert-dialog';
import { createSignal, type JSX, Match, Show, Switch } from 'solid-js';
import type { FilesQuestion } from './create-files-panel.ts';

type Conflict = Extract<FilesQuestion, { name: 'conflict' }>;

/** The dialog of a question that an operation waits for. Escape says no. */
export function QuestionDialog(props: { readonly question: FilesQuestion | undefined; readonly onClosed: () => void }) {
  const refuse = (): void => {
    const { question } = props;
    if (question?.name === 'conflict') question.answer('cancel', true);
    else question?.answer(false);
  };
  const conflict = (): Conflict | undefined => (props.question?.name === 'conflict' ? props.question : undefined);
  const forever = () => (props.question?.name === 'forever' ? props.question : undefined);
  return (
    <AlertDialog.Root open={props.question !== undefined} onOpenChange={(open) => !open && refuse()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay class="files-dialog-overlay" />
        <div class="files-dialog-place">
          <AlertDialog.Content
            class="files-dialog"
            onCloseAutoFocus={(event: Event) => {
              event.preventDefault();
              props.onClosed();
            }}
          >
            <Switch>
              <Match when={conflict()} keyed>
                {(question) => <ConflictChoices question={question} />}
              </Match>
              <Match when={forever()}>
                {(question) => (
                  <Choices title="Delete for good?" text={question().text}>
                    <button type="button" onClick={() => question().answer(false)}>
                      Cancel
                    </button>
                    <button type="button" class="danger" onClick={() => question().answer(true)}>
                      Delete for good
                    </button>
                  </Choices>
                )}
              </Match>
            </Switch>
          </AlertDialog.Content>
        </div>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

/** The safe answers come first; replacing is the last button, and never the one that has the focus. */
function ConflictChoices(props: { readonly question: Conflict }) {
  const [all, setAll] = createSignal(false);
  const answer = (chosen: 'replace' | 'keep-both' | 'cancel'): void => props.question.answer(chosen, all());
  return (
    <Choices
      title={`"${props.question.entry}" is there already`}
      text="Keep both, under another name, or replace the one that is there? Undo brings it back."
    >
      <Show when={props.question.others > 0}>
        <label class="files-dialog-all">
          <input type="checkbox" checked={all()} onChange={(event) => setAll(event.currentTarget.checked)} />
          Do the same for the {props.question.others} others
        </label>
      </Show>
      <button type="button" onClick={() => answer('cancel')}>
        Cancel
      </button>
      <button type="button" onClick={() => answer('keep-both')}>
        Keep both
      </button>
      <button type="button" class="danger" onClick={() => answer('replace')}>
        Replace
      </button>
    </Choices>
  );
}

function Choices(props: { readonly title: string; readonly text: string; readonly children: JSX.Element }) {
  return (
    <>
      <AlertDialog.Title class="files-dialog-title">{props.title}</AlertDialog.Title>
      <AlertDialog.Description>{props.text}</AlertDialog.Description>
      <div class="files-dialog-choices">{props.children}</div>
    </>
  );
}
