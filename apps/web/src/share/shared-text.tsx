import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { basicSetup, EditorView } from 'codemirror';
import { createEffect, on, onCleanup, onMount, Show } from 'solid-js';
import { languageOf } from '../editor/language-of.ts';
import { textTheme } from '../editor/text-theme.ts';

/**
 * A text to be read. Whoever begins to type in it wants one of their own: `onEdit`. While it runs here it is edited
 * here, and each change goes to `onType`.
 */
export function SharedText(props: {
  path: string;
  text: string | undefined;
  onEdit: () => void;
  onType: ((text: string) => void) | undefined;
}) {
  return (
    <Show
      when={props.text !== undefined}
      fallback={<p class="muted">This file is no text. A copy of the project has it.</p>}
    >
      <Text path={props.path} text={props.text ?? ''} onEdit={props.onEdit} onType={props.onType} />
    </Show>
  );
}

/** `readOnly` and not `editable: false`: the text keeps its cursor, so that it can be read and copied by keyboard. */
function Text(props: { path: string; text: string; onEdit: () => void; onType: ((text: string) => void) | undefined }) {
  let element: HTMLDivElement | undefined;
  const reading = new Compartment();
  const toRead = (path: string): Extension => [
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
  ];
  const toEdit = (path: string, onType: (text: string) => void): Extension => [
    EditorView.contentAttributes.of({
      'aria-label': `Text of ${path}`,
      'aria-description': 'What is typed is part of this run alone.',
    }),
    EditorView.updateListener.of(({ docChanged, state }) => docChanged && onType(state.doc.toString())),
  ];
  const mode = (path: string): Extension => (props.onType === undefined ? toRead(path) : toEdit(path, props.onType));
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
              extensions: [basicSetup, textTheme, languageOf(path), reading.of(mode(path))],
            }),
          ),
      ),
    );
    createEffect(
      on(
        () => props.onType !== undefined,
        () => view.dispatch({ effects: reading.reconfigure(mode(props.path)) }),
        { defer: true },
      ),
    );
  });
  return <div class="editor" ref={element} />;
}
