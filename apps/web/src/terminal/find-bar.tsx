import ChevronDown from 'lucide-solid/icons/chevron-down';
import ChevronUp from 'lucide-solid/icons/chevron-up';
import X from 'lucide-solid/icons/x';
import { createSignal, onCleanup, onMount } from 'solid-js';
import type { FindQuery, FindResult } from './emulator.ts';

/** A search of 100,000 lines takes longer than the next key. */
const TYPING_MS = 120;

/** Looks for text in a terminal. Enter and Shift-Enter go on, Escape closes. */
export function FindBar(props: {
  result: FindResult | undefined;
  onFind: (query: FindQuery, direction: 'next' | 'previous') => void;
  onClose: () => void;
}) {
  let input: HTMLInputElement | undefined;
  const [text, setText] = createSignal('');
  const [caseSensitive, setCaseSensitive] = createSignal(false);
  const [regex, setRegex] = createSignal(false);
  let due: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(due));
  const find = (direction: 'next' | 'previous'): void => {
    clearTimeout(due);
    props.onFind({ text: text(), caseSensitive: caseSensitive(), regex: regex() }, direction);
  };
  const count = (): string => {
    if (text() === '' || props.result === undefined) return '';
    return props.result.of === 0 ? 'Nothing found' : `${props.result.at} of ${props.result.of}`;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') props.onClose();
    else if (event.key === 'Enter' && event.target === input) find(event.shiftKey ? 'previous' : 'next');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  onMount(() => input?.focus());

  return (
    <div class="terminals-find" role="search" aria-label="Find in terminal" onKeyDown={onKeyDown}>
      <input
        ref={input}
        type="text"
        aria-label="Find"
        placeholder="Find"
        spellcheck={false}
        onInput={(event) => {
          setText(event.currentTarget.value);
          // From the end backwards: the newest output is what is looked for first.
          clearTimeout(due);
          due = setTimeout(() => find('previous'), TYPING_MS);
        }}
      />
      <button
        class="terminals-tool"
        aria-label="Match case"
        title="Match case"
        aria-pressed={caseSensitive()}
        onClick={() => {
          setCaseSensitive((on) => !on);
          find('next');
        }}
      >
        Aa
      </button>
      <button
        class="terminals-tool"
        aria-label="Regular expression"
        title="Regular expression"
        aria-pressed={regex()}
        onClick={() => {
          setRegex((on) => !on);
          find('next');
        }}
      >
        .*
      </button>
      <span class="count" role="status">
        {count()}
      </span>
      <button
        class="terminals-tool"
        aria-label="Previous match"
        title="Previous match (Shift-Enter)"
        onClick={() => find('previous')}
      >
        <ChevronUp size={15} />
      </button>
      <button class="terminals-tool" aria-label="Next match" title="Next match (Enter)" onClick={() => find('next')}>
        <ChevronDown size={15} />
      </button>
      <button class="terminals-tool" aria-label="Close find" title="Close (Escape)" onClick={() => props.onClose()}>
        <X size={15} />
      </button>
    </div>
  );
}
