/** How a command ended. `paths` is what it left in the tree, to be shown. */
export type Outcome =
  | { readonly outcome: 'done'; readonly paths: readonly string[]; readonly text: string; readonly undoable: boolean }
  | { readonly outcome: 'refused'; readonly text: string }
  | { readonly outcome: 'cancelled' };

/** A command that was not done, and why. */
export function refused(text: string): Extract<Outcome, { outcome: 'refused' }> {
  return { outcome: 'refused', text };
}

/** As sentences name files, with commas between. */
export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

/** One by its name, several by their number. */
export function counted(count: number, first: string): string {
  return count === 1 ? `"${first}"` : `${count} entries`;
}
