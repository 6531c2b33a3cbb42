import { indentUnit } from '@codemirror/language';
import { EditorSelection, Prec, type EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';

/** What is on the cursor's line, on both sides of it. */
interface Around {
  readonly at: number;
  readonly before: string;
  readonly after: string;
}

/** `undefined` where something is selected or there are several cursors. */
function aroundCursor(state: EditorState): Around | undefined {
  const { main, ranges } = state.selection;
  if (ranges.length > 1 || !main.empty) return undefined;
  const line = state.doc.lineAt(main.head);
  const column = main.head - line.from;
  return { at: main.head, before: line.text.slice(0, column), after: line.text.slice(column) };
}

/**
 * The language packages write the closing tag when `>` or `</` is typed. Who
 * types it all the same would have it twice: these keys go over what is there.
 */
const overtype = EditorView.inputHandler.of((view, from, to, text) => {
  const around = aroundCursor(view.state);
  if (around === undefined || view.composing || from !== around.at || to !== from || text.length !== 1) return false;
  const { at, before, after } = around;
  if (text === '/' && before.endsWith('<')) {
    // Not completed where no closing tag follows: the name is about to be typed.
    const follows = /^<\/[\w.:-]*>/.test(after);
    const changes = follows ? { from: at - 1, to: at } : { from: at, insert: '/' };
    view.dispatch({
      changes,
      selection: EditorSelection.cursor(at + 1),
      userEvent: 'input.type',
      scrollIntoView: true,
    });
    return true;
  }
  if (!/<\/[\w.:-]*$/.test(before) || !/^[\w.:-]*>/.test(after) || !after.startsWith(text)) return false;
  view.dispatch({ selection: EditorSelection.cursor(at + 1), userEvent: 'input.type', scrollIntoView: true });
  return true;
});

/** Enter between two tags: the closing one goes to a line of its own. */
function openTag(view: EditorView): boolean {
  const around = aroundCursor(view.state);
  if (around === undefined || !/<[^/][^>]*>$|<>$/.test(around.before) || !around.after.startsWith('</')) return false;
  const indent = /^\s*/.exec(around.before)?.[0] ?? '';
  const inner = `\n${indent}${view.state.facet(indentUnit)}`;
  view.dispatch({
    changes: { from: around.at, insert: `${inner}\n${indent}` },
    selection: EditorSelection.cursor(around.at + inner.length),
    userEvent: 'input',
    scrollIntoView: true,
  });
  return true;
}

/** Before the usual keys, whose meaning follows where `openTag` says no. */
export const closingTags: Extension = Prec.high([overtype, keymap.of([{ key: 'Enter', run: openTag }])]);
