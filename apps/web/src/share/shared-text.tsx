import { EditorState } from '@codemirror/state';
import { basicSetup, EditorView } from 'codemirror';
import { createEffect, on, onCleanup, onMount, Show } from 'solid-js';
import { languageOf } from '../editor/language-of.ts';
import { textTheme } from '../editor/text-theme.ts';

/** A text to be read. Whoever begins to type in it wants one of their own: `onEdit`. */
export function SharedText(props: { path: string; text: string | undefined; onEdit: () => void }) {
  return (
    <Show
      when={props.text !== undefined}
      fallback={<p class="muted">This file is no text. A copy of the project has it.</p>}
    >
      <ReadOnlyText path={props.path} text={props.text ?? ''} onEdit={props.onEdit} />
    </Show>
  );
}

/** `readOnly` and not `editable: false`: the text keeps its cursor, so that it can be read and copied by keyboard. */
function ReadOnlyText(props: { path: string; text: string; onEdit: () => void }) {
  let element: HTMLDivElement | undefined;
  onMount(() => {
    const view = new EditorView({ parent: element! });
    onCleanup(() => view.destroy());
    createEffect(
      on(
        () => [props.path, props.text] as const,
        ([path, text]) =>
          view.setState(
            EditorState.create({
              doc: text,
              extensions: [
                basicSetup,
                textTheme,
                languageOf(path),
                EditorState.readOnly.of(true),
                EditorView.contentAttributes.of({
                  tabindex: '0',
                  'aria-label': `Text of ${path}`,
                  'aria-description': 'To be read. Typing takes a copy of the project.',
                }),
                EditorView.domEventHandlers({
                  beforeinput: (event) => {
                    event.preventDefault();
                    props.onEdit();
                    return true;
                  },
                }),
              ],
            }),
          ),
      ),
    );
  });
  return <div class="editor" ref={element} />;
}
