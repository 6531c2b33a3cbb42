import { createSignal, createUniqueId, onMount } from 'solid-js';
import { stemLength } from './tree/entry-name.ts';

/** The field in a row in which a name is typed. Enter takes it, Escape does not; leaving takes a name that can be. */
export function NameField(props: {
  readonly label: string;
  readonly initial: string;
  readonly folder: boolean;
  readonly trouble: (name: string) => string | undefined;
  readonly onDone: (name: string) => void;
  readonly onCancel: () => void;
}) {
  let input!: HTMLInputElement;
  let isOver = false;
  const [shown, setShown] = createSignal<string>();
  const id = createUniqueId();
  onMount(() => {
    input.focus();
    input.setSelectionRange(0, stemLength(props.initial, props.folder));
  });

  const end = (finish: () => void): void => {
    // Taking the field away makes it lose the focus: that is no second answer.
    if (isOver) return;
    isOver = true;
    finish();
  };
  const take = (): void => {
    const trouble = props.trouble(input.value);
    setShown(trouble);
    if (trouble === undefined) end(() => props.onDone(input.value));
  };
  const onKey = (event: KeyboardEvent): void => {
    // The keys of the tree mean something else in a text.
    event.stopPropagation();
    // Enter and Escape belong to an input method while it composes (UI Events, 5.8).
    if (event.isComposing) return;
    if (event.key === 'Enter') take();
    else if (event.key === 'Escape') end(props.onCancel);
    else return;
    event.preventDefault();
  };
  const onBlur = (): void => {
    // The whole page lost the focus: it comes back to the field.
    if (!document.hasFocus()) return;
    if (props.trouble(input.value) === undefined) take();
    else end(props.onCancel);
  };

  return (
    <span class="files-name-field">
      <input
        ref={input}
        type="text"
        value={props.initial}
        aria-label={props.label}
        aria-invalid={shown() !== undefined}
        aria-describedby={id}
        autocomplete="off"
        spellcheck={false}
        onKeyDown={onKey}
        onInput={() => setShown(input.value === '' ? undefined : props.trouble(input.value))}
        onBlur={onBlur}
      />
      <span id={id} role="alert" class="files-name-trouble">
        {shown()}
      </span>
    </span>
  );
}
