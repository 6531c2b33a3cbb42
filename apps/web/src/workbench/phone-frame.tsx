import AppWindow from 'lucide-solid/icons/app-window';
import FileText from 'lucide-solid/icons/file-text';
import { createEffect, createMemo, createSignal, For, onCleanup, onMount, Show, untrack } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { focusBody, type TabBodies } from './create-tab-bodies.tsx';
import type { DockTab, FrameControl } from './dock-tab.ts';
import type { PanelPlace } from './feature.ts';
import { TabLabel } from './tab-label.tsx';

const PLACES: readonly PanelPlace[] = ['left', 'center', 'right', 'bottom'];

/** One panel at a time, with a switcher below it: the frame of a narrow page. */
export function PhoneFrame(props: {
  tabs: readonly DockTab[];
  bodies: TabBodies;
  front: string | undefined;
  onActive: (id: string | undefined) => void;
  onReady: (control: FrameControl) => void;
}) {
  let place: HTMLDivElement | undefined;
  const [chosen, setChosen] = createSignal(untrack(() => props.front));
  const center = (): readonly DockTab[] => props.tabs.filter(({ where }) => where === 'center');
  /** The file that the switcher's "Editor" stands for. */
  const [lastFile, setLastFile] = createSignal<string>();
  const editor = (): DockTab | undefined => center().find(({ id }) => id === lastFile()) ?? center()[0];
  /** What the switcher offers: files at first, then the text, and behind them what programs show. */
  const switched = (): readonly DockTab[] => {
    const text = editor();
    const place = (tab: DockTab): number => PLACES.indexOf(tab.where);
    return [...props.tabs.filter(({ where }) => where !== 'center'), ...(text === undefined ? [] : [text])].sort(
      (a, b) => place(a) - place(b) || a.order - b.order,
    );
  };
  const front = createMemo(() => props.tabs.find(({ id }) => id === chosen()) ?? editor());
  const choose = (id: string): void => {
    setChosen(id);
    if (center().some((tab) => tab.id === id)) setLastFile(id);
    props.onActive(id);
  };

  // The place is in the document when effects run.
  createEffect<DockTab | undefined>((before) => {
    const tab = front();
    if (before !== undefined && before !== tab) props.bodies.park(before);
    if (tab !== undefined && before !== tab) {
      place?.replaceChildren(props.bodies.bodyOf(tab));
      tab.shown?.();
    }
    return tab;
  });
  createEffect<readonly DockTab[]>((before) => {
    const { tabs } = props;
    for (const tab of before ?? []) if (!tabs.includes(tab)) props.bodies.drop(tab);
    return tabs;
  });
  onCleanup(() => {
    for (const tab of untrack(() => props.tabs)) props.bodies.park(tab);
  });

  /** Through all tabs in the order of the table, files included; groups are not told apart here. */
  const step = (by: 1 | -1): void => {
    const at = props.tabs.findIndex((tab) => tab === front());
    const next = props.tabs[(at + by + props.tabs.length) % props.tabs.length];
    if (next !== undefined) show(next.id, true);
  };
  const show = (id: string, focus: boolean): void => {
    const tab = props.tabs.find((other) => other.id === id);
    if (tab === undefined) return;
    choose(id);
    if (focus && tab.focus !== undefined) tab.focus();
    else if (focus) requestAnimationFrame(() => focusBody(props.bodies.bodyOf(tab)));
  };
  /** There are no groups to be split, moved or resized on a phone. */
  const nothing = (): void => undefined;
  onMount(() =>
    props.onReady({
      show,
      active: () => front()?.id,
      focusGroup: step,
      step,
      split: nothing,
      move: nothing,
      resize: nothing,
      toggle: nothing,
      maximize: nothing,
      reset: nothing,
    }),
  );

  return (
    <div class="phone">
      <Show when={front()?.where === 'center' && center().length > 1}>
        <div class="phone-files" role="tablist" aria-label="Open files" onKeyDown={moveAmongTabs}>
          <For each={center()}>
            {(tab) => <Choice tab={tab} selected={front() === tab} onChoose={() => choose(tab.id)} />}
          </For>
        </div>
      </Show>
      <div class="phone-place" role="tabpanel" aria-label={front()?.title()} ref={place} />
      <div class="phone-switcher" role="tablist" aria-label="Panels" onKeyDown={moveAmongTabs}>
        <For each={switched()}>
          {(tab) => (
            <Choice
              tab={tab}
              title={tab.where === 'center' ? 'Editor' : tab.title()}
              selected={front() === tab}
              onChoose={() => choose(tab.id)}
            />
          )}
        </For>
      </div>
    </div>
  );
}

/** A tab of the switcher, with a `title` that is short, or of the files, with what a tab has in the dock. */
function Choice(props: { tab: DockTab; selected: boolean; onChoose: () => void; title?: string }) {
  return (
    <button
      role="tab"
      class="phone-choice"
      aria-selected={props.selected}
      tabindex={props.selected ? 0 : -1}
      onClick={() => props.onChoose()}
    >
      <Show when={props.title} fallback={<TabLabel tab={props.tab} />}>
        {(title) => (
          <>
            <Dynamic component={props.tab.where === 'center' ? FileText : (props.tab.icon ?? AppWindow)} size={18} />
            {title()}
          </>
        )}
      </Show>
    </button>
  );
}

/** Arrows choose, after the WAI-ARIA pattern. */
function moveAmongTabs(event: KeyboardEvent): void {
  const tabs = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=tab]')];
  const at = tabs.findIndex((tab) => tab === document.activeElement);
  const last = tabs.length - 1;
  const step = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at <= 0 ? last : at - 1, Home: 0, End: last }[
    event.key
  ];
  const next = step === undefined ? undefined : tabs[step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.click();
}
