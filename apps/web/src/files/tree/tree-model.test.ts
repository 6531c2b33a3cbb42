import { describe, expect, it } from 'vitest';
import { type Entry, type ListedName, nextEntries } from './directory-entries.ts';
import { freeName, nameTrouble, stemLength } from './entry-name.ts';
import { naturalKey } from './natural-order.ts';
import { outermost } from './paths.ts';
import { rowWindow, scrollToRow } from '../../shell/row-window.ts';
import { treeKeyEvent } from './tree-keys.ts';
import {
  chosenPaths,
  entriesOf,
  makeTreeState,
  NEW_ROW_PATH,
  openFolders,
  targetFolder,
  type TreeState,
  typeAhead,
  visibleRows,
} from './tree-model.ts';
import { nextTree, type TreeEvent } from './tree-state.ts';

const MANY = 50_000;

/** Names that end in a slash are folders, in `@` links. */
const names = (...list: string[]): ListedName[] =>
  list.map((name) => ({
    name: name.replace(/[/@]$/, ''),
    kind: name.endsWith('/') ? 'folder' : name.endsWith('@') ? 'link' : 'file',
  }));

const list = (state: TreeState, folder: string, ...listed: string[]): TreeState =>
  nextTree(state, { type: 'listed', folder, entries: nextEntries(folder, entriesOf(state, folder), names(...listed)) });

const after = (state: TreeState, ...events: TreeEvent[]): TreeState => events.reduce(nextTree, state);

const shown = (state: TreeState): string[] => visibleRows(state).map(({ path }) => path);

const focus = (path: string, mode: 'single' | 'toggle' | 'range' = 'single'): TreeEvent => ({
  type: 'focus',
  path,
  mode,
});

/** a/ (open: x/, 1.txt), b/, c.txt */
function small(): TreeState {
  let state = makeTreeState(['a']);
  state = list(state, '', 'c.txt', 'b/', 'a/');
  return list(state, 'a', '1.txt', 'x/');
}

describe('the rows of the tree (UX-05)', () => {
  it('UX-05 shows folders first and names as people order them, each with its level and place', () => {
    let state = list(makeTreeState(['b']), '', 'file10', 'File9', 'b/', 'Ärger', 'zoo', 'a/', 'link@');
    state = list(state, 'b', 'inner');
    expect(
      visibleRows(state).map((row) => (row.kind === 'new' ? [] : [row.path, row.level, row.position, row.setSize])),
    ).toEqual([
      ['a', 1, 1, 7],
      ['b', 1, 2, 7],
      ['b/inner', 2, 1, 1],
      ['Ärger', 1, 3, 7],
      ['File9', 1, 4, 7],
      ['file10', 1, 5, 7],
      ['link', 1, 6, 7],
      ['zoo', 1, 7, 7],
    ]);
    expect(openFolders(state)).toEqual(['', 'b']);
  });

  it('orders numbers by value, however many digits and zeros', () => {
    const sorted = ['v1', 'v02', 'v10', 'v10a', 'v9007199254740993', 'v9007199254740994'];
    expect([...sorted].reverse().sort((a, b) => (naturalKey(a) < naturalKey(b) ? -1 : 1))).toEqual(sorted);
  });

  it('UX-05 takes 50,000 entries with one sort, and one more with one comparison for each that stays', () => {
    let compared = 0;
    const compare = (a: Entry, b: Entry): number => {
      compared++;
      return a.order < b.order ? -1 : a.order > b.order ? 1 : a.name < b.name ? -1 : 1;
    };
    const listed = names(...Array.from({ length: MANY }, (_, n) => `file-${(n * 7_919) % MANY}`));
    const entries = nextEntries('', [], listed, compare);
    expect(entries[0]?.name).toBe('file-0');
    expect(entries[MANY - 1]?.name).toBe(`file-${MANY - 1}`);
    // n log n of 50,000 is 780,000.
    expect(compared).toBeLessThan(800_000);

    compared = 0;
    const more = nextEntries('', entries, [...listed, ...names('file-49999b')], compare);
    expect(more).toHaveLength(MANY + 1);
    expect(compared).toBeLessThanOrEqual(MANY + 1);
    expect(nextEntries('', more, [...listed, ...names('file-49999b')], compare)).toBe(more);

    // What a row shows of an entry that stays in place is the same object: nothing of it is made or drawn anew.
    const state = nextTree(makeTreeState([]), { type: 'listed', folder: '', entries });
    expect(visibleRows(state).every((row, at) => row === entries[at])).toBe(true);
  });

  it('UX-05 draws a window of 50,000 rows, wherever it is scrolled to', () => {
    for (const scrollPx of [0, 1, 500_000, MANY * 24 - 600, MANY * 24 + 5_000]) {
      const { first, end } = rowWindow(MANY, 24, scrollPx, 600);
      expect(end - first).toBeLessThanOrEqual(25 + 1 + 20);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(MANY);
    }
    expect(rowWindow(3, 24, 0, 600)).toEqual({ first: 0, end: 3 });
    expect(rowWindow(0, 24, 0, 600)).toEqual({ first: 0, end: 0 });
    expect(scrollToRow(MANY - 1, 24, 0, 600)).toBe(MANY * 24 - 600);
    expect(scrollToRow(3, 24, 500, 600)).toBe(72);
    expect(scrollToRow(25, 24, 500, 600)).toBe(500);
  });

  it('UX-05 a move of the focus in 50,000 rows asks the open folders nothing for each row', () => {
    class CountingSet extends Set<string> {
      asked = 0;
      override has(value: string): boolean {
        this.asked++;
        return super.has(value);
      }
    }
    const expanded = new CountingSet();
    const entries = nextEntries('', [], names(...Array.from({ length: MANY }, (_, n) => `f${n}`), 'd/'));
    const state = { ...nextTree(makeTreeState([]), { type: 'listed', folder: '', entries }), expanded };
    visibleRows(state);
    // One folder among 50,000 files.
    expect(expanded.asked).toBe(1);
    expect(nextTree(state, focus('f49999')).directories).toBe(state.directories);
  });

  it('opens, closes, and forgets a choice that nobody sees any more', () => {
    let state = small();
    expect(shown(state)).toEqual(['a', 'a/x', 'a/1.txt', 'b', 'c.txt']);
    state = after(state, focus('a/1.txt'), { type: 'collapse', path: 'a' });
    expect(shown(state)).toEqual(['a', 'b', 'c.txt']);
    expect([state.focused, [...state.selected]]).toEqual(['a', ['a']]);
    state = after(state, { type: 'expand', path: 'a' }, { type: 'expand', path: 'b' }, { type: 'collapse-all' });
    expect(shown(state)).toEqual(['a', 'b', 'c.txt']);
  });

  it('chooses one, adds with toggle, and takes a range from where it began, both ways', () => {
    let state = after(small(), focus('a/1.txt'), focus('c.txt', 'range'));
    expect([...state.selected]).toEqual(['a/1.txt', 'b', 'c.txt']);
    state = nextTree(state, focus('a', 'range'));
    expect([...state.selected]).toEqual(['a', 'a/x', 'a/1.txt']);
    state = after(state, focus('b', 'toggle'), focus('a/x', 'toggle'));
    expect([...state.selected]).toEqual(['a', 'a/1.txt', 'b']);
    expect(state.focused).toBe('a/x');
    // The focus stands outside of the choice: a command is about the row that is focused.
    expect(chosenPaths(state)).toEqual(['a/x']);
    expect(chosenPaths(nextTree(state, { type: 'select-all' }))).toHaveLength(5);
    expect(outermost(['a/x', 'a', 'ab', 'a/1.txt'])).toEqual(['a', 'ab']);
  });

  it('keeps focus and choice when others come and go, and stands on the next row when its own goes', () => {
    let state = after(small(), focus('b'), focus('c.txt', 'toggle'));
    state = list(state, '', 'a/', 'b/', 'c.txt', 'aa');
    expect([state.focused, [...state.selected]]).toEqual(['c.txt', ['b', 'c.txt']]);
    state = list(state, '', 'a/', 'aa', 'b/');
    expect([state.focused, [...state.selected]]).toEqual(['aa', ['b']]);
    state = after(state, focus('a/1.txt'));
    state = list(state, '', 'aa', 'b/');
    expect([state.focused, [...state.selected]]).toEqual(['aa', ['aa']]);
    expect(state.directories.has('a')).toBe(false);
    // Open again when it comes back, as after an undo.
    expect(openFolders(list(state, '', 'a/'))).toEqual(['', 'a']);
    expect(list(state, '').focused).toBeUndefined();
  });

  it('follows a rename with everything that was open, chosen and focused', () => {
    const state = after(small(), focus('a/1.txt'), { type: 'moved', from: 'a', to: 'b/z' });
    expect([state.focused, [...state.selected], [...state.expanded]]).toEqual(['b/z/1.txt', ['b/z/1.txt'], ['b/z']]);
  });

  it('reveals a path by opening what is above, though it is not read yet', () => {
    let state = nextTree(small(), { type: 'reveal', paths: ['b/deep/er.txt'] });
    expect(openFolders(state)).toEqual(['', 'a', 'b']);
    state = list(state, 'b', 'deep/');
    expect(openFolders(state)).toEqual(['', 'a', 'b', 'b/deep']);
    expect(list(state, 'b/deep', 'er.txt').focused).toBe('b/deep/er.txt');
  });

  it('has a row for a new name first in its folder, opened for it, and none when the folder goes', () => {
    let state = nextTree(small(), { type: 'edit', edit: { name: 'new', parent: 'b', kind: 'file' } });
    expect(shown(state)).toEqual(['a', 'a/x', 'a/1.txt', 'b', NEW_ROW_PATH, 'c.txt']);
    state = list(state, '', 'a/');
    expect(state.edit).toBeUndefined();
    expect(nextTree(small(), { type: 'edit', edit: { name: 'rename', path: 'gone' } }).edit).toBeUndefined();
  });

  it('puts what is new into the focused folder or beside the focused file', () => {
    expect(targetFolder(small())).toBe('');
    expect(targetFolder(nextTree(small(), focus('b')))).toBe('b');
    expect(targetFolder(nextTree(small(), focus('a/1.txt')))).toBe('a');
  });

  it('keeps what it showed of a folder that cannot be read, with the reason', () => {
    const state = nextTree(small(), { type: 'failed', folder: 'a', message: 'EIO' });
    expect(shown(state)).toHaveLength(5);
    expect(state.directories.get('a')).toMatchObject({ name: 'failed', note: 'EIO' });
  });
});

describe('the keys of the tree (UX-16)', () => {
  const press = (state: TreeState, key: string, mods: { shiftKey?: boolean; mod?: boolean } = {}): TreeState => {
    const event = treeKeyEvent(state, visibleRows(state), { key, shiftKey: false, mod: false, ...mods }, 3);
    return event === undefined ? state : nextTree(state, event);
  };

  it('UX-16 moves, folds and chooses as the ARIA tree pattern says', () => {
    let state = press(small(), 'ArrowDown');
    expect(state.focused).toBe('a');
    state = press(state, 'ArrowRight');
    expect(state.focused).toBe('a/x');
    state = press(press(state, 'ArrowLeft'), 'ArrowLeft');
    expect(shown(state)).toEqual(['a', 'b', 'c.txt']);
    state = press(press(state, 'ArrowRight'), 'End');
    expect(state.focused).toBe('c.txt');
    expect(press(state, 'ArrowDown').focused).toBe('c.txt');
    expect(press(state, 'ArrowRight')).toBe(state);
    expect(press(state, 'PageUp').focused).toBe('a/x');
    expect([...press(state, 'Home', { shiftKey: true }).selected]).toEqual(['a', 'a/x', 'a/1.txt', 'b', 'c.txt']);
    expect([...press(state, ' ', { mod: true }).selected]).toEqual([]);
    expect(press(state, 'a', { mod: true }).selected.size).toBe(5);
    expect(press(state, 'a')).toBe(state);
  });

  it('an open folder that is empty has nowhere to go to the right', () => {
    const state = list(list(makeTreeState(['a']), '', 'a/', 'b/'), 'a');
    expect(press(nextTree(state, focus('a')), 'ArrowRight').focused).toBe('a');
  });

  it('finds by the first letters: one letter goes on from row to row, more narrow down', () => {
    const rows = visibleRows(list(makeTreeState([]), '', 'apple', 'ant', 'bee', 'Axe'));
    const paths = rows.map(({ path }) => path);
    expect(paths).toEqual(['ant', 'apple', 'Axe', 'bee']);
    expect(typeAhead(rows, 0, 'a')?.path).toBe('apple');
    expect(typeAhead(rows, 2, 'a')?.path).toBe('ant');
    expect(typeAhead(rows, 1, 'ap')?.path).toBe('apple');
    expect(typeAhead(rows, 0, 'ax')?.path).toBe('Axe');
    expect(typeAhead(rows, 0, 'x')).toBeUndefined();
    expect(typeAhead(rows, -1, 'b')?.path).toBe('bee');
  });
});

describe('names', () => {
  it('says what is wrong with a name', () => {
    const taken = (name: string): boolean => name === 'here';
    expect(nameTrouble('', taken)).toBe('Type a name');
    expect(nameTrouble('..', taken)).toContain('stands for a folder');
    expect(nameTrouble('a/b', taken)).toContain('no "/"');
    expect(nameTrouble('a\0', taken)).toContain('NUL');
    expect(nameTrouble('here', taken)).toContain('here already');
    expect(nameTrouble('é'.repeat(127), taken)).toBeUndefined();
    expect(nameTrouble('é'.repeat(128), taken)).toContain('255 bytes');
    expect(nameTrouble('..a b', taken)).toBeUndefined();
  });

  it('finds a free name that fits, with its ending', () => {
    const taken = new Set(['a.txt', 'a copy.txt', '.env', 'x'.repeat(255)]);
    const has = (name: string): boolean => taken.has(name);
    expect(freeName('a.txt', has)).toBe('a copy 2.txt');
    expect(freeName('.env', has)).toBe('.env copy');
    expect(freeName('b', has)).toBe('b');
    expect(freeName('x'.repeat(255), has)).toHaveLength(255);
    expect([stemLength('a.b.txt', false), stemLength('.env', false), stemLength('a.b', true)]).toEqual([3, 4, 3]);
  });
});
