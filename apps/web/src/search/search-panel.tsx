import CaseSensitive from 'lucide-solid/icons/case-sensitive';
import ChevronRight from 'lucide-solid/icons/chevron-right';
import Ellipsis from 'lucide-solid/icons/ellipsis';
import RefreshCw from 'lucide-solid/icons/refresh-cw';
import Regex from 'lucide-solid/icons/regex';
import ReplaceAll from 'lucide-solid/icons/replace-all';
import Undo2 from 'lucide-solid/icons/undo-2';
import WholeWord from 'lucide-solid/icons/whole-word';
import { type Component, createEffect, createSignal, For, on, Show } from 'solid-js';
import type { TextPosition } from '../workbench/feature.ts';
import type { Search } from './create-search.ts';
import { countText } from './result-rows.ts';
import { MOST_MATCHES } from './search-messages.ts';
import { SearchResults } from './search-results.tsx';
import './search.css';

const CHOICES = [
  { label: 'Match case', icon: CaseSensitive, of: 'matchCase' },
  { label: 'Whole words', icon: WholeWord, of: 'wholeWord' },
  { label: 'Regular expression', icon: Regex, of: 'regex' },
] as const;

/** Find and replace over the project: what is looked for, where, and what was found. */
export function SearchPanel(props: {
  search: Search;
  replacing: boolean;
  onReplacing: (on: boolean) => void;
  /** Changes when the field is to get the keyboard. */
  goal: object | undefined;
  onOpen: (path: string, at: TextPosition) => void;
}) {
  let field: HTMLInputElement | undefined;
  let results: HTMLDivElement | undefined;
  const [details, setDetails] = createSignal(false);
  const query = () => props.search.query();
  createEffect(
    on(
      () => props.goal,
      (goal) => {
        if (goal !== undefined) selectSoon(() => field);
      },
    ),
  );
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Enter') props.search.run();
    else if (event.key === 'ArrowDown') results?.focus();
    else return;
    event.preventDefault();
  };
  return (
    <section class="search" aria-label="Search">
      <div class="search-form">
        <div class="search-line">
          <button
            class="icon-button search-fold"
            aria-label="Replace"
            aria-expanded={props.replacing}
            title="Replace"
            onClick={() => props.onReplacing(!props.replacing)}
          >
            <ChevronRight size={16} />
          </button>
          <div class="search-field">
            <input
              ref={field}
              data-first
              aria-label="Search in all files"
              placeholder="Search"
              spellcheck={false}
              autocomplete="off"
              value={query().text}
              onInput={(event) => props.search.change({ text: event.currentTarget.value })}
              onKeyDown={onKey}
            />
            <For each={CHOICES}>
              {({ label, icon, of }) => (
                <Choice
                  label={label}
                  icon={icon}
                  on={query()[of]}
                  onChange={(on) => props.search.change({ [of]: on })}
                />
              )}
            </For>
          </div>
        </div>
        <Show when={props.replacing}>
          <div class="search-line indented">
            <div class="search-field">
              <input
                aria-label="Replace by"
                placeholder="Replace by"
                spellcheck={false}
                autocomplete="off"
                value={props.search.replacement()}
                onInput={(event) => props.search.setReplacement(event.currentTarget.value)}
                onKeyDown={onKey}
              />
              <button
                class="icon-button search-choice"
                aria-label="Replace all"
                title="Replace all"
                disabled={props.search.state().name !== 'done' || props.search.files().length === 0}
                onClick={() => props.search.replaceAll()}
              >
                <ReplaceAll size={16} />
              </button>
            </div>
          </div>
        </Show>
        <Show when={details()}>
          <Which search={props.search} onKey={onKey} />
        </Show>
        <div class="search-line search-status">
          <p class="muted grow" role="status" classList={{ error: props.search.state().name === 'failed' }}>
            {statusText(props.search)}
          </p>
          <Show when={props.search.state().name === 'searching'}>
            <button class="quiet" onClick={() => props.search.cancel()}>
              Stop
            </button>
          </Show>
          <Show when={props.search.undo()}>
            {(undo) => <Tool label="Take the replacement back" icon={Undo2} onClick={undo()} />}
          </Show>
          <Tool label="Search again" icon={RefreshCw} onClick={() => props.search.run()} />
          <Choice label="Which files" icon={Ellipsis} on={details()} onChange={setDetails} expands />
        </div>
      </div>
      <SearchResults
        search={props.search}
        replacing={props.replacing}
        onOpen={props.onOpen}
        ref={(it) => (results = it)}
      />
    </section>
  );
}

/** In the next frame: the tab of the field may be on its way to the front. */
function selectSoon(field: () => HTMLInputElement | undefined): void {
  requestAnimationFrame(() => {
    field()?.focus();
    field()?.select();
  });
}

function Which(props: { search: Search; onKey: (event: KeyboardEvent) => void }) {
  return (
    <>
      <div class="search-line indented">
        <div class="search-field">
          <input
            aria-label="Files to include"
            placeholder="In files: src, *.ts"
            spellcheck={false}
            autocomplete="off"
            value={props.search.query().include}
            onInput={(event) => props.search.change({ include: event.currentTarget.value })}
            onKeyDown={(event) => props.onKey(event)}
          />
        </div>
      </div>
      <div class="search-line indented">
        <div class="search-field">
          <input
            aria-label="Files to exclude"
            placeholder="Not in files: dist, *.test.ts"
            spellcheck={false}
            autocomplete="off"
            value={props.search.query().exclude}
            onInput={(event) => props.search.change({ exclude: event.currentTarget.value })}
            onKeyDown={(event) => props.onKey(event)}
          />
        </div>
      </div>
      <label class="search-line indented search-check">
        <input
          type="checkbox"
          checked={props.search.query().useIgnoreFiles}
          onChange={(event) => props.search.change({ useIgnoreFiles: event.currentTarget.checked })}
        />
        Pass over what .gitignore names
      </label>
    </>
  );
}

/** One line for eyes and screen readers: what is being done, or what came of it. */
function statusText(search: Search): string {
  const state = search.state();
  const files = search.files();
  switch (state.name) {
    case 'idle':
      return '';
    case 'searching':
      return files.length === 0 ? 'Searching …' : `${countText(files)} …`;
    case 'replacing':
      return 'Replacing …';
    case 'failed':
      return state.message;
    case 'done': {
      const skipped =
        state.skipped === 0
          ? ''
          : `; ${state.skipped === 1 ? '1 file' : `${state.skipped} files`} over 2 MB passed over`;
      if (files.length === 0)
        return `Nothing found in ${state.files === 1 ? '1 file' : `${state.files} files`}${skipped}`;
      return (state.limited ? `First ${MOST_MATCHES} matches, in ${files.length} files` : countText(files)) + skipped;
    }
  }
}

interface IconProps {
  readonly label: string;
  readonly icon: Component<{ size?: number }>;
}

/** A switch; `expands` for one that shows or hides something, which screen readers tell apart. */
function Choice(props: IconProps & { on: boolean; onChange: (on: boolean) => void; expands?: boolean }) {
  return (
    <button
      class="icon-button search-choice"
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.expands === true ? undefined : props.on}
      aria-expanded={props.expands === true ? props.on : undefined}
      onClick={() => props.onChange(!props.on)}
    >
      <props.icon size={16} />
    </button>
  );
}

function Tool(props: IconProps & { onClick: () => void }) {
  return (
    <button
      class="icon-button search-choice"
      aria-label={props.label}
      title={props.label}
      onClick={() => props.onClick()}
    >
      <props.icon size={16} />
    </button>
  );
}
