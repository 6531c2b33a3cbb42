import { MergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { createEffect, onCleanup } from 'solid-js';
import { languageOf } from './language-of.ts';
import { textTheme } from './text-theme.ts';

/**
 * Two texts of one file beside each other, to be read: mine on the left, a program's on the right, unless `labels` say
 * otherwise.
 */
export function Comparison(props: {
  path: string;
  mine: string;
  theirs: string;
  labels?: readonly [left: string, right: string];
}) {
  const element = (<div class="comparison" role="region" aria-label="Both texts" />) as HTMLDivElement;
  createEffect(() => {
    const side = (doc: string, label: string) => ({
      doc,
      extensions: [
        lineNumbers(),
        textTheme,
        languageOf(props.path),
        EditorView.lineWrapping,
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-readonly': 'true' }),
      ],
    });
    const view = new MergeView({
      a: side(props.mine, props.labels?.[0] ?? `Your text of ${props.path}`),
      b: side(props.theirs, props.labels?.[1] ?? `The program's text of ${props.path}`),
      parent: element,
      collapseUnchanged: { margin: 3, minSize: 6 },
    });
    onCleanup(() => view.destroy());
  });
  return element;
}
