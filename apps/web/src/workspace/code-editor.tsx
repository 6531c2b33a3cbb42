import { css } from '@codemirror/lang-css';
import { html } from '@codemirror/lang-html';
import { javascript } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import { markdown } from '@codemirror/lang-markdown';
import { EditorState, type Extension } from '@codemirror/state';
import { oneDark } from '@codemirror/theme-one-dark';
import { basicSetup, EditorView } from 'codemirror';
import { createEffect, on, onCleanup, onMount } from 'solid-js';

export interface CodeEditorProps {
  path: string;
  /** The file's text; a change from outside replaces what is shown. */
  text: string;
  onEdit: (text: string) => void;
}

function languageOf(path: string): Extension {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  switch (extension) {
    case 'ts':
    case 'mts':
    case 'cts':
      return javascript({ typescript: true });
    case 'tsx':
      return javascript({ typescript: true, jsx: true });
    case 'js':
    case 'mjs':
    case 'cjs':
    case 'jsx':
      return javascript({ jsx: true });
    case 'css':
      return css();
    case 'html':
    case 'svg':
    case 'vue':
    case 'svelte':
      return html();
    case 'json':
      return json();
    case 'md':
      return markdown();
    default:
      return [];
  }
}

export function CodeEditor(props: CodeEditorProps) {
  let element: HTMLDivElement | undefined;
  onMount(() => {
    if (element === undefined) return;
    const view = new EditorView({ parent: element });
    onCleanup(() => view.destroy());
    let loading = false;
    const load = (): void => {
      loading = true;
      view.setState(
        EditorState.create({
          doc: props.text,
          extensions: [
            basicSetup, oneDark, languageOf(props.path), EditorView.lineWrapping,
            EditorView.contentAttributes.of({ 'aria-label': `Text of ${props.path}` }),
            EditorView.updateListener.of((update) => {
              if (update.docChanged && !loading) props.onEdit(update.state.doc.toString());
            }),
          ],
        }),
      );
      loading = false;
    };
    createEffect(on(() => props.path, load));
    createEffect(
      on(
        () => props.text,
        (text) => {
          if (text === view.state.doc.toString()) return;
          loading = true;
          view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
          loading = false;
        },
        { defer: true },
      ),
    );
  });
  return <div class="editor" ref={element} />;
}
