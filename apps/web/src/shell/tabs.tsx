import { For } from 'solid-js';

/** `name` becomes part of the ids `tab-…` and `panel-…`, so it is unique on the page. */
export interface TabChoice<Name extends string> {
  readonly name: Name;
  readonly label: string;
}

/** A tab list after the WAI-ARIA pattern: one stop for Tab, arrows choose. The panels are `panel-<name>`. */
export function Tabs<Name extends string>(props: {
  label: string;
  choices: readonly TabChoice<Name>[];
  current: Name;
  onSelect: (name: Name) => void;
}) {
  const move = (event: KeyboardEvent): void => {
    const at = props.choices.findIndex(({ name }) => name === props.current);
    const last = props.choices.length - 1;
    const next = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[
      event.key
    ];
    const choice = next === undefined ? undefined : props.choices[next];
    if (choice === undefined) return;
    event.preventDefault();
    props.onSelect(choice.name);
    (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`#tab-${choice.name}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={props.label} onKeyDown={move}>
      <For each={props.choices}>
        {({ name, label }) => (
          <button
            id={`tab-${name}`}
            role="tab"
            aria-selected={props.current === name}
            aria-controls={`panel-${name}`}
            tabindex={props.current === name ? 0 : -1}
            onClick={() => props.onSelect(name)}
          >
            {label}
          </button>
        )}
      </For>
    </div>
  );
}
