import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { color as oneDark, oneDarkHighlightStyle } from '@codemirror/theme-one-dark';
import { EditorView } from '@codemirror/view';

/** Which of our colours stands where One Dark has its own: its grouping of the syntax is kept. */
const COLORS: Readonly<Record<string, string>> = {
  [oneDark.violet]: 'var(--syntax-keyword)',
  [oneDark.coral]: 'var(--syntax-name)',
  [oneDark.malibu]: 'var(--syntax-function)',
  [oneDark.whiskey]: 'var(--syntax-constant)',
  [oneDark.ivory]: 'var(--text)',
  [oneDark.chalky]: 'var(--syntax-type)',
  [oneDark.cyan]: 'var(--syntax-operator)',
  [oneDark.stone]: 'var(--syntax-comment)',
  [oneDark.sage]: 'var(--syntax-string)',
  [oneDark.invalid]: 'var(--danger)',
};

/** The editor in the colours of `styles/tokens.css`, light and dark alike. */
export const textTheme: Extension = [
  EditorView.theme({
    '&': { color: 'var(--text)', backgroundColor: 'var(--editor-ground)', height: '100%' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': { fontFamily: 'var(--mono)', fontSize: 'var(--code-size)', lineHeight: '1.55' },
    '.cm-content': { caretColor: 'var(--cursor)', padding: '6px 0 40vh' },
    '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--cursor)', borderLeftWidth: '2px' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
      backgroundColor: 'var(--selection)',
    },
    '.cm-activeLine': { backgroundColor: 'var(--active-line)' },
    '.cm-gutters': { backgroundColor: 'var(--editor-ground)', color: 'var(--line-number)', border: 'none' },
    '.cm-lineNumbers .cm-gutterElement': { padding: '0 6px 0 14px' },
    '.cm-activeLineGutter': { backgroundColor: 'var(--active-line)', color: 'var(--text)' },
    '.cm-foldPlaceholder': { background: 'var(--raised)', border: 'none', color: 'var(--muted)', padding: '0 6px' },
    '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
      backgroundColor: 'var(--match)',
      outline: '1px solid var(--line-strong)',
    },
    '.cm-searchMatch': { backgroundColor: 'var(--match)', outline: '1px solid var(--line-strong)' },
    '.cm-searchMatch.cm-searchMatch-selected': { backgroundColor: 'var(--selection)' },
    '.cm-selectionMatch': { backgroundColor: 'var(--match)' },
    '.cm-panels': { backgroundColor: 'var(--surface)', color: 'var(--text)', borderColor: 'var(--line)' },
    '.cm-panels.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
    '.cm-tooltip': {
      backgroundColor: 'var(--overlay)',
      color: 'var(--text)',
      border: '1px solid var(--line-strong)',
      borderRadius: '6px',
      boxShadow: 'var(--shadow)',
    },
    '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
      backgroundColor: 'var(--selected)',
      color: 'var(--text)',
    },
  }),
  syntaxHighlighting(
    HighlightStyle.define(
      oneDarkHighlightStyle.specs.map((spec) => ({
        ...spec,
        ...(spec['color'] === undefined ? {} : { color: COLORS[spec['color']] ?? 'var(--text)' }),
      })),
    ),
  ),
];
