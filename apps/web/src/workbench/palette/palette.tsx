import * as Dialog from '@kobalte/core/dialog';
import { createEffect, createMemo, createSignal, For, on, onMount, Show } from 'solid-js';
import type { Finder, Found } from '../feature.ts';
import { KeysOf } from '../keys-of.tsx';
import './palette.css';

/** `finders` are asked by their prefix, the one without a prefix for all other text. */
export interface PaletteProps {
  finders: readonly Finder[];
  /** What stands in the field at first: a finder's prefix. */
  start: string;
  onClose: () => void;
}

/**
 * Finds files, commands and whatever else has a finder, by typing. A combobox with a
 * list after the WAI-ARIA pattern: the keyboard stays in the field, arrows choose, Enter runs.
 */
export function Palette(props: PaletteProps) {
  const before = document.activeElement;
  const [text, setText] = createSignal(props.start);
  const finder = createMemo(
    () =>
      props.finders.find(({ prefix }) => prefix !== '' && text().startsWith(prefix)) ??
      props.finders.find(({ prefix }) => prefix === ''),
  );
  const [found, setFound] = createSignal<readonly Found[]>([]);
  const [looking, setLooking] = createSignal(true);
  const [at, setAt] = createSignal(0);
  let turn = 0;
  /** Enter came before the list: what stands in it belongs to the text before. */
  let entered = false;
  createEffect(() => {
    const current = finder();
    if (current === undefined) return;
    const mine = ++turn;
    entered = false;
    setLooking(true);
    const show = (results: readonly Found[]): void => {
      if (mine !== turn) return;
      setFound(results);
      setLooking(false);
      setAt(0);
      if (entered) choose(results[0]);
    };
    Promise.resolve(current.find(text().slice(current.prefix.length))).then(show, (error: unknown) => {
      console.warn('The palette found nothing:', error);
      show([]);
    });
  });

  let chosen: Found | undefined;
  const choose = (one: Found | undefined): void => {
    if (one === undefined) return;
    chosen = one;
    props.onClose();
  };
  const onKey = (event: KeyboardEvent): void => {
    const last = found().length - 1;
    const next = {
      ArrowDown: at() >= last ? 0 : at() + 1,
      ArrowUp: at() <= 0 ? last : at() - 1,
      PageDown: Math.min(last, at() + 10),
      PageUp: Math.max(0, at() - 10),
    }[event.key];
    if (next !== undefined) setAt(Math.max(0, next));
    else if (event.key !== 'Enter' || event.isComposing) return;
    else if (looking()) entered = true;
    else choose(found()[at()]);
    event.preventDefault();
  };

  return (
    <Dialog.Root open onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay class="overlay palette-overlay" />
        <Dialog.Content
          class="palette"
          // At once, and not with the next frame: the first key after the palette's own is meant for it.
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => {
            // The keyboard goes back first: the command may want it elsewhere.
            event.preventDefault();
            if (before instanceof HTMLElement) before.focus();
            chosen?.run();
          }}
        >
          <Dialog.Title class="visually-hidden">{finder()?.label}</Dialog.Title>
          <input
            ref={(field) => onMount(() => field.focus())}
            class="palette-field"
            role="combobox"
            aria-label={finder()?.label}
            aria-expanded={found().length > 0}
            aria-controls="palette-list"
            aria-autocomplete="list"
            aria-activedescendant={found().length > 0 ? `palette-${at()}` : undefined}
            placeholder={finder()?.label}
            spellcheck={false}
            autocomplete="off"
            value={text()}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={onKey}
          />
          <ul class="palette-list" id="palette-list" role="listbox" aria-label="Results">
            <For each={found()}>
              {(one, index) => (
                <Line
                  found={one}
                  id={`palette-${index()}`}
                  selected={at() === index()}
                  onPoint={() => setAt(index())}
                  onChoose={() => choose(one)}
                />
              )}
            </For>
          </ul>
          <p class="palette-none muted" role="status">
            <Show when={!looking() && found().length === 0}>Nothing fits.</Show>
            <span class="visually-hidden">
              <Show when={!looking() && found().length > 0}>{found().length} found</Show>
            </span>
          </p>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Choosing by the pointer goes by its movement: a list that scrolls under a pointer at rest chooses nothing. */
function Line(props: { found: Found; id: string; selected: boolean; onPoint: () => void; onChoose: () => void }) {
  let element: HTMLLIElement | undefined;
  onMount(() =>
    createEffect(
      on(
        () => props.selected,
        (selected) => selected && element?.scrollIntoView({ block: 'nearest' }),
      ),
    ),
  );
  return (
    <li
      ref={element}
      id={props.id}
      class="palette-line"
      role="option"
      aria-selected={props.selected}
      onPointerMove={() => props.onPoint()}
      onClick={() => props.onChoose()}
    >
      <span class="palette-title">
        <For each={pieces(props.found)}>{(piece) => (piece.meant ? <b>{piece.text}</b> : <>{piece.text}</>)}</For>
      </span>
      <Show when={props.found.hint}>
        <span class="palette-hint muted">{props.found.hint}</span>
      </Show>
      <Show when={props.found.keys}>{(keys) => <KeysOf binding={keys()} />}</Show>
    </li>
  );
}

function pieces({ title, at = [] }: Found): { text: string; meant: boolean }[] {
  const made: { text: string; meant: boolean }[] = [];
  let from = 0;
  for (const index of at) {
    if (index > from) made.push({ text: title.slice(from, index), meant: false });
    const last = made.at(-1);
    if (last?.meant === true && index === from) last.text += title[index] ?? '';
    else made.push({ text: title[index] ?? '', meant: true });
    from = index + 1;
  }
  return from < title.length ? [...made, { text: title.slice(from), meant: false }] : made;
}
