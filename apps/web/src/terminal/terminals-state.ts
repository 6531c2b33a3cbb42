/**
 * Which terminals there are, in which order, and which one has the keyboard. Those of
 * one group stand side by side; the group of the active one is what is seen.
 *
 *   none ──open──▶ some ──close the last──▶ none
 *
 * Pure: `nextTerminals` gives the state after an event, or the same one where the
 * event has no meaning.
 */

/** One terminal; its shell is somebody else's affair. */
export interface TerminalEntry {
  readonly id: number;
  readonly name: string;
  readonly group: number;
}

/** `entries` in the order of the strip, those of one group next to each other. */
export interface TerminalsState {
  readonly entries: readonly TerminalEntry[];
  /** The id of the one with the keyboard; undefined while there is none. */
  readonly active: number | undefined;
}

/** What a person asks for; at a limit it changes nothing. */
export type TerminalsEvent =
  | { readonly type: 'open' }
  /** Another one beside the active one. */
  | { readonly type: 'split' }
  | { readonly type: 'close'; readonly id: number }
  | { readonly type: 'select'; readonly id: number }
  | { readonly type: 'rename'; readonly id: number; readonly name: string }
  /** One place to the left (-1) or right (1) in the strip. */
  | { readonly type: 'move'; readonly id: number; readonly by: -1 | 1 };

/** Each has a process, and a scrollback in this page's memory. */
export const MAX_TERMINALS = 12;
/** Narrower ones wrap every line. */
export const MAX_SPLIT = 4;
/** Of Unicode, not of UTF-16: a name may be made of emoji. */
export const MAX_NAME_CHARACTERS = 60;

/** How a project begins that nobody had a terminal in. */
export const NO_TERMINALS: TerminalsState = { entries: [], active: undefined };

/** The same object where nothing changes, so that its caller can tell by `===`. */
export function nextTerminals(state: TerminalsState, event: TerminalsEvent): TerminalsState {
  switch (event.type) {
    case 'open': {
      const group = Math.max(0, ...state.entries.map((entry) => entry.group)) + 1;
      return added(state, group, state.entries.length);
    }
    case 'split': {
      const active = state.entries.find(({ id }) => id === state.active);
      if (active === undefined) return nextTerminals(state, { type: 'open' });
      const beside = state.entries.filter(({ group }) => group === active.group);
      if (beside.length >= MAX_SPLIT) return state;
      return added(state, active.group, state.entries.indexOf(active) + 1);
    }
    case 'close':
      return closed(state, event.id);
    case 'select':
      return state.entries.some(({ id }) => id === event.id) ? { ...state, active: event.id } : state;
    case 'rename': {
      const name = cleanName(event.name);
      if (name === '') return state;
      return { ...state, entries: state.entries.map((entry) => (entry.id === event.id ? { ...entry, name } : entry)) };
    }
    case 'move':
      return moved(state, event.id, event.by);
  }
}

/** Why an event that makes a terminal would change nothing; undefined where there is room. */
export function whyFull(state: TerminalsState, type: 'open' | 'split'): string | undefined {
  if (state.entries.length >= MAX_TERMINALS) return `There are ${MAX_TERMINALS} terminals: kill one first`;
  if (nextTerminals(state, { type }) !== state) return undefined;
  return `${MAX_SPLIT} terminals stand side by side at most`;
}

/** Those of the active one's group, from left to right. */
export function shownOf({ entries, active }: TerminalsState): readonly TerminalEntry[] {
  const group = entries.find(({ id }) => id === active)?.group;
  return entries.filter((entry) => entry.group === group);
}

/** A name on one line, without what cannot be seen, of limited length. */
export function cleanName(name: string): string {
  return [
    ...name
      .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  ]
    .slice(0, MAX_NAME_CHARACTERS)
    .join('');
}

/** The same state where there are {@link MAX_TERMINALS} already. */
function added(state: TerminalsState, group: number, at: number): TerminalsState {
  if (state.entries.length >= MAX_TERMINALS) return state;
  const id = Math.max(0, ...state.entries.map((entry) => entry.id)) + 1;
  // The lowest number that is free: after closing all but one, the next is not the seventh.
  const names = new Set(state.entries.map(({ name }) => name));
  let number = 1;
  while (names.has(`Shell ${number}`)) number++;
  return { entries: state.entries.toSpliced(at, 0, { id, name: `Shell ${number}`, group }), active: id };
}

function closed(state: TerminalsState, id: number): TerminalsState {
  const at = state.entries.findIndex((entry) => entry.id === id);
  const gone = state.entries[at];
  if (gone === undefined) return state;
  const entries = state.entries.toSpliced(at, 1);
  if (state.active !== id) return { ...state, entries };
  // Who stood beside it first, then who stood next to it in the strip.
  const next = entries.findLast(({ group }) => group === gone.group) ?? entries[Math.min(at, entries.length - 1)];
  return { entries, active: next?.id };
}

function moved(state: TerminalsState, id: number, by: -1 | 1): TerminalsState {
  const at = state.entries.findIndex((entry) => entry.id === id);
  const entry = state.entries[at];
  const to = at + by;
  if (entry === undefined || to < 0 || to >= state.entries.length) return state;
  return { ...state, entries: state.entries.toSpliced(at, 1).toSpliced(to, 0, entry) };
}
