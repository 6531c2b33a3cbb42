import type { WebContainer } from '@webcontainer/api';
import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { type Clock, pageClock } from '../clock/clock.ts';
import type { Workbench } from '../workbench/feature.ts';
import { createReplacing } from './create-replacing.ts';
import type { Searcher } from './make-searcher.ts';
import { countText, type ResultRow, withoutRow } from './result-rows.ts';
import { type FileMatches, MOST_MATCHES, type ReplaceTarget, type SearchQuery } from './search-messages.ts';

/** `limited` and `skipped`, so that nobody takes the results for all. */
export type SearchState =
  | { readonly name: 'idle' }
  | { readonly name: 'searching'; readonly files: number }
  | { readonly name: 'done'; readonly files: number; readonly limited: boolean; readonly skipped: number }
  | { readonly name: 'replacing'; readonly files: number }
  | { readonly name: 'failed'; readonly message: string };

/** Search and replace over the project (UX-08). */
export interface Search {
  readonly query: Accessor<SearchQuery>;
  /** The search begins by itself, shortly after the last key. */
  change(part: Partial<SearchQuery>): void;
  readonly replacement: Accessor<string>;
  setReplacement(text: string): void;
  readonly files: Accessor<readonly FileMatches[]>;
  readonly state: Accessor<SearchState>;
  /** Searches at once. */
  run(): void;
  cancel(): void;
  /** Takes a match, or a file with all of its matches, out of the results. */
  dismiss(row: ResultRow): void;
  replace(row: ResultRow): void;
  /** Replaces what is in the results, once somebody has said yes. */
  replaceAll(): void;
  /** Takes the last replacement back; undefined where there is none. */
  readonly undo: Accessor<(() => void) | undefined>;
}

/** With `writeEdits`, because the search reads files and not what is being typed. */
export type SearchBench = Pick<Workbench, 'writeEdits' | 'toast' | 'confirm'> & {
  readonly container: Pick<WebContainer, 'fs'>;
};

/** Shorter, and each letter of a word would begin a search that the next one ends. */
const AFTER_KEY_MS = 250;
/** Nothing is kept between two visits: a search over all files begins empty. */
const NOTHING: SearchQuery = {
  text: '',
  matchCase: false,
  wholeWord: false,
  regex: false,
  include: '',
  exclude: '',
  useIgnoreFiles: true,
};

/** Nothing is looked for yet. */
export function createSearch(bench: SearchBench, searcher: Searcher, clock: Clock = pageClock): Search {
  const [query, setQuery] = createSignal(NOTHING);
  const [replacement, setReplacement] = createSignal('');
  const [files, setFiles] = createSignal<readonly FileMatches[]>([]);
  const [state, setState] = createSignal<SearchState>({ name: 'idle' });
  let cancelWait: () => void = () => undefined;
  /** Counts what was begun: what an earlier turn still finds is passed over. */
  let turn = 0;
  onCleanup(() => {
    turn++;
    cancelWait();
    searcher.stop();
  });

  const run = async (): Promise<void> => {
    cancelWait();
    const mine = ++turn;
    const asked = query();
    if (asked.text === '') {
      searcher.cancel();
      setFiles([]);
      setState({ name: 'idle' });
      return;
    }
    setState({ name: 'searching', files: 0 });
    /** What was found before stays until there is something new: a list that empties at each key flickers. */
    let found: readonly FileMatches[] = [];
    try {
      // What was typed is to be found.
      await bench.writeEdits();
      if (mine !== turn) return;
      const end = await searcher.ask({ type: 'search', query: asked }, (answer) => {
        if (mine !== turn) return;
        if (answer.type === 'found') setFiles((found = [...found, ...answer.files]));
        if (answer.type === 'progress') setState({ name: 'searching', files: answer.files });
      });
      if (end === undefined || mine !== turn) return;
      setFiles(found);
      setState({ name: 'done', files: end.files, limited: end.limited, skipped: end.skipped });
    } catch (error) {
      if (mine !== turn) return;
      setFiles(found);
      setState({ name: 'failed', message: messageOf(error) });
    }
  };
  createEffect(
    on(
      query,
      () => {
        cancelWait();
        cancelWait = clock.after(AFTER_KEY_MS, () => void run());
      },
      { defer: true },
    ),
  );

  const replacing = createReplacing(bench, searcher, {
    begin() {
      cancelWait();
      const mine = ++turn;
      return () => mine === turn;
    },
    onFiles: (count) => setState({ name: 'replacing', files: count }),
    searchAgain: run,
  });
  const replace = (targets: readonly ReplaceTarget[]): Promise<void> =>
    replacing.replace(query(), replacement(), targets);
  const attempt = (work: Promise<unknown>): void =>
    void work.catch((error: unknown) => bench.toast({ tone: 'error', title: 'That failed', text: messageOf(error) }));

  return {
    query,
    change: (part) => setQuery((before) => ({ ...before, ...part })),
    replacement,
    setReplacement,
    files,
    state,
    run: () => void run(),
    cancel() {
      turn++;
      cancelWait();
      searcher.cancel();
      setState({ name: 'idle' });
    },
    dismiss: (row) => setFiles((before) => withoutRow(before, row)),
    replace(row) {
      const places =
        row.kind === 'match' ? [{ line: row.match.line, column: row.match.column }] : placesOf(files(), row);
      attempt(replace([{ path: row.path, places }]));
    },
    replaceAll() {
      const all = files();
      const now = state();
      const limited = now.name === 'done' && now.limited;
      const ask = async (): Promise<void> => {
        const yes = await bench.confirm({
          title: `Replace ${countText(all)}?`,
          text:
            (limited ? `These are the first ${MOST_MATCHES} matches: there are more. ` : '') +
            (replacement() === '' ? 'They are replaced by nothing. ' : `They become “${replacement()}”. `) +
            'It can be taken back with one press.',
          confirm: 'Replace',
        });
        if (yes) await replace(all.map((file) => ({ path: file.path, places: file.matches })));
      };
      attempt(ask());
    },
    undo: () => (replacing.canUndo() ? () => attempt(replacing.undo()) : undefined),
  };
}

/** Only what is still in the results: a match that was taken out is not replaced with its file. */
const placesOf = (files: readonly FileMatches[], { path }: ResultRow): NonNullable<ReplaceTarget['places']> =>
  files.find((file) => file.path === path)?.matches ?? [];
