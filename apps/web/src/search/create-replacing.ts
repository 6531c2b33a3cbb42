import { type Accessor, createSignal } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { SearchBench } from './create-search.ts';
import type { Searcher } from './make-searcher.ts';
import type { ReplaceTarget, SearchQuery } from './search-messages.ts';

/** What can be taken back: the texts before and after, together. Of more it is told that it cannot. */
export const MOST_UNDO_CHARACTERS = 64 * 1024 * 1024;

/** Whole texts: what was replaced is taken back only where the file still is as it was left. */
interface Changed {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Searching and replacing give way to each other. */
export interface ReplacingHooks {
  /** Other work is given up; what is returned tells whether nothing else has begun since. */
  begin(): () => boolean;
  onFiles(count: number): void;
  searchAgain(): Promise<void>;
}

/** Replaces, and takes the last replacement back. */
export interface Replacing {
  replace(query: SearchQuery, replacement: string, targets: readonly ReplaceTarget[]): Promise<void>;
  readonly canUndo: Accessor<boolean>;
  undo(): Promise<void>;
}

/** Nothing was replaced yet. */
export function createReplacing(bench: SearchBench, searcher: Searcher, hooks: ReplacingHooks): Replacing {
  const [changed, setChanged] = createSignal<readonly Changed[]>([]);
  return {
    canUndo: () => changed().length > 0,
    async replace(query, replacement, targets) {
      const isNewest = hooks.begin();
      const done: Changed[] = [];
      let kept = 0;
      let count = 0;
      const problems: string[] = [];
      hooks.onFiles(0);
      try {
        // What is typed is merged into what is written: it has to be there first.
        await bench.writeEdits();
        await searcher.ask({ type: 'replace', query, replacement, targets }, (answer) => {
          if (answer.type !== 'replaced') return;
          const { path, before, after, problem } = answer;
          if (problem !== undefined) problems.push(`${path}: ${problem}`);
          count += answer.count;
          if (before === undefined || after === undefined || before === after) return;
          kept += before.length + after.length;
          if (kept <= MOST_UNDO_CHARACTERS) done.push({ path, before, after });
          if (isNewest()) hooks.onFiles(done.length);
        });
      } catch (error) {
        problems.push(messageOf(error));
      }
      const undoable = kept <= MOST_UNDO_CHARACTERS;
      setChanged(undoable ? done : []);
      if (!undoable) problems.push('it is too much to be taken back here; the timeline has what was before');
      bench.toast(
        problems.length === 0
          ? { title: `Replaced ${count === 1 ? 'one match' : `${count} matches`}` }
          : {
              tone: 'error',
              title: count === 0 ? 'Nothing was replaced' : `Replaced ${count}, with a remark`,
              text: problems.slice(0, 3).join('; '),
            },
      );
      if (isNewest()) await hooks.searchAgain();
    },
    async undo() {
      const last = changed();
      setChanged([]);
      await bench.writeEdits();
      const kept: string[] = [];
      for (const { path, before, after } of last) {
        const now = await bench.container.fs.readFile(path, 'utf8').catch(() => undefined);
        if (now === after) await bench.container.fs.writeFile(path, before);
        else kept.push(path);
      }
      if (kept.length > 0)
        bench.toast({
          tone: 'error',
          title: 'Not everything was taken back',
          text: `Changed since: ${kept.slice(0, 3).join(', ')}${kept.length > 3 ? ', …' : ''}`,
        });
      else bench.toast({ title: 'The replacement was taken back' });
      await hooks.searchAgain();
    },
  };
}
