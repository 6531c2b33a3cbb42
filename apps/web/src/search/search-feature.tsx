import SearchIcon from 'lucide-solid/icons/search';
import { createSignal } from 'solid-js';
import type { Feature } from '../workbench/feature.ts';
import { createSearch } from './create-search.ts';
import { makeSearcher, type SearchPrograms } from './make-searcher.ts';
import { SearchPanel } from './search-panel.tsx';

/** More of a selection is nothing that somebody wants to find. */
const MOST_SEED_CHARACTERS = 200;

/** Find and replace over all files of the project (UX-08). */
export const searchFeature: Feature = {
  id: 'search',
  create(bench) {
    const { container, control, showPanel, openFile } = bench;
    const programs: SearchPrograms = {
      open: (request) =>
        control === undefined
          ? Promise.reject(new Error('The container offers no way to search'))
          : control.open(request),
    };
    const load = async (): Promise<string> => (await import('./program/main.ts?program')).default;
    const search = createSearch(bench, makeSearcher(programs, container.workdir, load));
    const [replacing, setReplacing] = createSignal(false);
    /** A new object for every time that the field is to get the keyboard. */
    const [goal, setGoal] = createSignal<object>();
    const open = (withReplace: boolean): void => {
      const seed = selectedText();
      if (seed !== '') search.change({ text: seed });
      if (withReplace) setReplacing(true);
      showPanel('search');
      setGoal({});
    };
    return {
      panels: [
        {
          id: 'search',
          title: 'Search',
          icon: SearchIcon,
          component: () => (
            <SearchPanel
              search={search}
              replacing={replacing()}
              onReplacing={setReplacing}
              goal={goal()}
              onOpen={(path, at) => openFile(path, at)}
            />
          ),
          where: 'left',
          order: 20,
        },
      ],
      commands: [
        {
          id: 'search',
          title: () => 'Search in all files',
          category: 'File',
          keys: 'Mod-Shift-f',
          icon: SearchIcon,
          run: () => open(false),
        },
        {
          id: 'replace-in-files',
          title: () => 'Replace in all files',
          category: 'File',
          keys: 'Mod-Shift-h',
          run: () => open(true),
        },
      ],
    };
  },
};

/** What is selected in a text, where it is a part of one line. */
function selectedText(): string {
  const selection = getSelection();
  const inText = selection?.anchorNode?.parentElement?.closest('.cm-content');
  const text = inText === null || inText === undefined ? '' : (selection?.toString() ?? '');
  return text.length > MOST_SEED_CHARACTERS || text.includes('\n') ? '' : text;
}
