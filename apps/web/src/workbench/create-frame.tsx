import type { SerializedDockview } from 'dockview-core';
import {
  createSignal,
  lazy,
  onCleanup,
  onMount,
  Show,
  Suspense,
  untrack,
  type Accessor,
  type Component,
} from 'solid-js';
import { createTabBodies } from './create-tab-bodies.tsx';
import type { DockTab, FrameControl } from './dock-tab.ts';
import { ContextMenu, type MenuAt } from './menu.tsx';
import { PhoneFrame } from './phone-frame.tsx';
import { tabCommands } from './tab-commands.ts';

// The layout engine is not needed before a project is there, and on a phone not at all.
const Dock = lazy(async () => ({ default: (await import('./dock/dock.tsx')).Dock }));

/** Narrower, panels beside each other are too small to be used. A 1280 px window at 200 % is as narrow. */
const PHONE = '(max-width: 639.98px)';

/** The dock, or one panel at a time on a phone. */
export interface Frame {
  /** What is asked of it before it is drawn is done then. */
  readonly control: FrameControl;
  readonly active: Accessor<string | undefined>;
  readonly phone: Accessor<boolean>;
  /** The layout as it is now, or was when last there was a dock. */
  layout(): SerializedDockview | undefined;
  readonly View: Component;
}

/** `layout` is from an earlier visit and may not fit any more. */
export interface FrameOptions {
  readonly tabs: Accessor<readonly DockTab[]>;
  readonly layout: SerializedDockview | undefined;
  readonly front: string | undefined;
  onChange(): void;
}

/** Draws the tabs as a dock, or one at a time on a phone. Bodies outlive the change from one to the other. */
export function createFrame(options: FrameOptions): Frame {
  const query = matchMedia(PHONE);
  const [phone, setPhone] = createSignal(query.matches);
  const onQuery = (): void => void setPhone(query.matches);
  query.addEventListener('change', onQuery);
  onCleanup(() => query.removeEventListener('change', onQuery));

  const bodies = createTabBodies();
  let layout = options.layout;
  const [active, setActive] = createSignal(options.front);
  let drawn: FrameControl | undefined;
  let waiting: ((control: FrameControl) => void)[] = [];
  /** Does it now, or when there is something to do it to. */
  const withControl = (act: (control: FrameControl) => void): void => {
    if (drawn === undefined) waiting.push(act);
    else act(drawn);
  };
  const onReady = (control: FrameControl): void => {
    drawn = control;
    const acts = waiting;
    waiting = [];
    for (const act of acts) act(control);
  };
  const onActive = (id: string | undefined): void => {
    setActive(id);
    options.onChange();
  };

  const control: FrameControl = {
    // A tab that was made a moment ago is drawn when everything that follows from it is.
    show: (id, focus) => queueMicrotask(() => withControl((drawing) => drawing.show(id, focus))),
    active,
    focusGroup: (step) => withControl((drawing) => drawing.focusGroup(step)),
    step: (step) => withControl((drawing) => drawing.step(step)),
    split: (side) => withControl((drawing) => drawing.split(side)),
    move: (side) => withControl((drawing) => drawing.move(side)),
    resize: (axis, step) => withControl((drawing) => drawing.resize(axis, step)),
    toggle: (where) => withControl((drawing) => drawing.toggle(where)),
    maximize: () => withControl((drawing) => drawing.maximize()),
    reset: () => withControl((drawing) => drawing.reset()),
  };
  const [menu, setMenu] = createSignal<MenuAt>();
  /** By the second mouse button, or the menu key of a keyboard. */
  const onMenu = (event: MouseEvent): void => {
    const element = (event.target as Element).closest<HTMLElement>('[role=tab][data-tab-panel-id]');
    const tab = options.tabs().find(({ id }) => id === element?.dataset['tabPanelId']);
    if (element === null || tab === undefined) return;
    event.preventDefault();
    const box = element.getBoundingClientRect();
    const byMouse = event.clientX !== 0 || event.clientY !== 0;
    setMenu({
      x: byMouse ? event.clientX : box.left,
      y: byMouse ? event.clientY : box.bottom,
      label: `Tab ${tab.title()}`,
      commands: tabCommands(tab, options.tabs(), control),
    });
  };

  return {
    active,
    phone,
    layout: () => layout,
    control,
    View: () => {
      onMount(() => {
        for (const tab of options.tabs()) if (tab.eager) bodies.bodyOf(tab);
      });
      return (
        <div class="frame" onContextMenu={onMenu}>
          <Show
            when={phone()}
            fallback={
              <Suspense>
                <Dock
                  tabs={options.tabs()}
                  bodies={bodies}
                  stored={layout}
                  front={untrack(active)}
                  onLayout={(next) => {
                    layout = next;
                    options.onChange();
                  }}
                  onActive={onActive}
                  onReady={onReady}
                />
              </Suspense>
            }
          >
            <PhoneFrame tabs={options.tabs()} bodies={bodies} front={active()} onActive={onActive} onReady={onReady} />
          </Show>
          {bodies.parking}
          <Show when={menu()} keyed>
            {(at) => <ContextMenu at={at} onClose={() => setMenu(undefined)} />}
          </Show>
        </div>
      );
    },
  };
}
