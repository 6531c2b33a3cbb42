import SendHorizontal from 'lucide-solid/icons/send-horizontal';
import Square from 'lucide-solid/icons/square';
import { createEffect, For, on, Show } from 'solid-js';
import { createMentions } from './create-mentions.ts';
import { createPastInputs } from './create-past-inputs.ts';
import { MentionList } from './mention-list.tsx';
import { mentionKey } from './mention-state.ts';

/** The server's own limit of one message: the field takes no more than is accepted. */
const INPUT_CHARS = 64 * 1024;
/** It grows with its text up to here, in pixels; from there on it scrolls inside. */
const MOST_PX = 220;

interface ComposerProps {
  draft: string;
  onDraft: (text: string) => void;
  past: () => readonly string[];
  running: boolean;
  disabled: boolean;
  waiting: readonly string[];
  onSend: (text: string) => Promise<boolean>;
  onStop: () => void;
  /** Paths of the project's files. */
  listFiles: () => Promise<readonly string[]>;
}

/** As high as its text, up to a bound. */
function fitHeight(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${Math.min(MOST_PX, field.scrollHeight + 2)}px`;
}

/** They move the cursor and are not the list's. */
const CURSOR_KEYS = new Set(['ArrowLeft', 'ArrowRight', 'Home', 'End']);

/**
 * What a person says. Enter sends, Shift+Enter begins a line, Escape stops the run, ArrowUp brings earlier words, `@`
 * offers files.
 */
export function Composer(props: ComposerProps) {
  let field: HTMLTextAreaElement | undefined;
  const past = createPastInputs(() => props.past());
  const mentions = createMentions(() => props.listFiles());
  createEffect(
    on(
      () => props.draft,
      () => field && fitHeight(field),
    ),
  );
  const look = (): void => field && mentions.look(field.value, field.selectionStart);
  const send = async (): Promise<void> => {
    const text = props.draft;
    if (text.trim() === '' || props.disabled) return;
    past.leave();
    mentions.reset();
    props.onDraft('');
    // What was not taken comes back, before what was typed meanwhile.
    if (!(await props.onSend(text))) props.onDraft(props.draft === '' ? text : `${text}\n${props.draft}`);
  };
  // Where there is nothing further the key moves the cursor, as in any field.
  const bring = (event: KeyboardEvent, step: -1 | 1): void => {
    const text = past.step(step, props.draft);
    if (text === undefined) return;
    event.preventDefault();
    props.onDraft(text);
    queueMicrotask(() => field?.setSelectionRange(text.length, text.length));
  };
  const choose = (path?: string): void => {
    if (field === undefined) return;
    const put = mentions.take(field.value, field.selectionStart, path);
    if (put === undefined) return;
    props.onDraft(put.text);
    queueMicrotask(() => field?.setSelectionRange(put.cursor, put.cursor));
  };
  /** While files are offered some keys are for them. */
  const pressChoice = (event: KeyboardEvent): boolean => {
    const meant = mentionKey(event);
    if (mentions.choices().length === 0 || meant === undefined) return false;
    if (meant === 'take') choose();
    else if (meant === 'close') mentions.close();
    else mentions.move(meant);
    event.preventDefault();
    return true;
  };
  const press = (event: KeyboardEvent): void => {
    if (event.isComposing || field === undefined || pressChoice(event)) return;
    const plain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
    const { selectionStart, selectionEnd, value } = field;
    switch (event.key) {
      case 'Enter':
        if (event.shiftKey || event.altKey) return;
        event.preventDefault();
        return void send();
      case 'Escape':
        if (!props.running) return;
        event.preventDefault();
        return props.onStop();
      case 'ArrowUp':
        // In the first line there is nothing above it but what was said before.
        if (plain && selectionStart === selectionEnd && !value.slice(0, selectionStart).includes('\n'))
          bring(event, -1);
        return;
      case 'ArrowDown':
        if (plain && selectionStart === selectionEnd && !value.slice(selectionEnd).includes('\n')) bring(event, 1);
    }
  };
  return (
    <div class="agent-composer">
      <Waiting texts={props.waiting} />
      <MentionList mentions={mentions} onChoose={choose} />
      <div class="agent-field">
        <textarea
          ref={field}
          data-first
          rows={2}
          aria-label="Message to the agent"
          aria-autocomplete="list"
          aria-controls={mentions.choices().length > 0 ? 'agent-mentions' : undefined}
          aria-activedescendant={mentions.choices().length > 0 ? `agent-mention-${mentions.marked()}` : undefined}
          placeholder={props.running ? 'Say something into the run …' : 'What is to be done?'}
          maxLength={INPUT_CHARS}
          value={props.draft}
          disabled={props.disabled}
          onInput={(event) => {
            past.leave();
            props.onDraft(event.currentTarget.value);
            look();
          }}
          onBlur={() => mentions.reset()}
          onClick={look}
          onKeyUp={(event) => CURSOR_KEYS.has(event.key) && look()}
          onKeyDown={press}
        />
        <Show when={props.running}>
          <button
            class="agent-send"
            aria-label="Stop the run"
            title="Stop the run (Escape)"
            onClick={() => props.onStop()}
          >
            <Square size={15} />
          </button>
        </Show>
        <button
          class="agent-send primary"
          aria-label={props.running ? 'Say it into the run' : 'Send'}
          title="Send (Enter)"
          disabled={props.disabled || props.draft.trim() === ''}
          onClick={() => void send()}
        >
          <SendHorizontal size={15} />
        </button>
      </div>
    </div>
  );
}

/** What was said into a run and not taken up yet. */
function Waiting(props: { texts: readonly string[] }) {
  return (
    <Show when={props.texts.length > 0}>
      <ul class="agent-waiting" aria-label="Waits to be taken up">
        <For each={props.texts}>{(text) => <li>{text}</li>}</For>
      </ul>
    </Show>
  );
}
