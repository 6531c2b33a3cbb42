import { type Accessor, createSignal } from 'solid-js';
import { bestOf } from '../workbench/palette/own-finders.ts';
import { mentionAt, type MentionStart, putMention } from './mention-state.ts';

/** Files to choose from while somebody types an `@` and a part of a path. */
export interface Mentions {
  /** The best first, a few of them; empty: nothing is to be chosen. */
  readonly choices: Accessor<readonly string[]>;
  /** Which of them is marked. */
  readonly marked: Accessor<number>;
  /** Looks at what stands in front of the cursor. */
  look(text: string, cursor: number): void;
  move(by: -1 | 1): void;
  /** The text with a choice in it, the marked one where none is named, and the place of the cursor. */
  take(text: string, cursor: number, path?: string): { text: string; cursor: number } | undefined;
  /** As Escape does: this `@` offers nothing any more. */
  close(): void;
  /** Another text, or another place: each `@` is a new one. */
  reset(): void;
}

const MOST_SHOWN = 8;

/** The files are listed anew for each `@`. One that was closed opens with the next. */
export function createMentions(list: () => Promise<readonly string[]>): Mentions {
  const [choices, setChoices] = createSignal<readonly string[]>([]);
  const [marked, setMarked] = createSignal(0);
  let start: MentionStart | undefined;
  let closedAt: number | undefined;
  let listed: { readonly from: number; readonly paths: Promise<readonly string[]> } | undefined;

  const show = (paths: readonly string[]): void => {
    setMarked(0);
    setChoices(paths);
  };
  const close = (): void => {
    closedAt = start?.from;
    start = undefined;
    show([]);
  };
  const reset = (): void => {
    start = undefined;
    closedAt = undefined;
    listed = undefined;
    show([]);
  };
  return {
    choices,
    marked,
    look(text, cursor) {
      const found = mentionAt(text, cursor);
      start = found;
      if (found === undefined) {
        closedAt = undefined;
        listed = undefined;
        if (choices().length > 0) show([]);
        return;
      }
      if (closedAt === found.from) return;
      if (listed?.from !== found.from) listed = { from: found.from, paths: list() };
      listed.paths.then(
        (paths) => {
          if (start !== found) return;
          const best = bestOf(found.query, paths, (path) => path).slice(0, MOST_SHOWN);
          show(best.map(({ candidate }) => candidate));
        },
        // The person types on without choices.
        (error: unknown) => console.info('The files cannot be listed:', error),
      );
    },
    move: (by) => setMarked((at) => (at + by + choices().length) % Math.max(1, choices().length)),
    take(text, cursor, path = choices()[marked()]) {
      // The cursor may have gone elsewhere since it was looked at.
      const now = mentionAt(text, cursor);
      if (start === undefined || path === undefined) return undefined;
      if (now?.from !== start.from) {
        close();
        return undefined;
      }
      const put = putMention(text, cursor, now, path);
      reset();
      return put;
    },
    close,
    reset,
  };
}
