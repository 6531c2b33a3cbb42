/** How a command ended. `paths` is what it left in the tree, to be shown. */
export type Outcome =
  | { readonly outcome: 'done'; readonly paths: readonly string[]; readonly text: string; readonly undoable: boolean }
  | { readonly outcome: 'refused'; readonly text: string }
  | { readonly outcome: 'cancelled' };

/** For people: the panel shows `text` as it is. */
export function refused(text: string): Extract<Outcome, { outcome: 'refused' }> {
  return { outcome: 'refused', text };
}

/** As sentences name files, with commas between. */
export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

/** For a sentence: `"a.txt"`, or `3 entries`. */
export function counted(count: number, first: string): string {
  return count === 1 ? `"${first}"` : `${count} entries`;
}
