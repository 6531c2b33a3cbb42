import type { RunOutput } from '@slipway/runs';
import { createSignal, type Accessor } from 'solid-js';
import type { TerminalSource } from '../terminal/terminal-view.tsx';

/** Of the panel alone: all of it is kept. */
export type OutputChoice = 'all' | 'stdout' | 'stderr';

/** Kept while no terminal shows it. */
export interface Output extends TerminalSource {
  readonly choice: Accessor<OutputChoice>;
  choose(choice: OutputChoice): void;
  add(output: RunOutput): void;
}

/** Kept to be shown again when another choice is made; a terminal scrolls back as far. */
const KEPT_LINES = 5000;
/** ED 2 and 3 and CUP of ECMA-48 and xterm: the screen, what was scrolled off, and the cursor to its first place. */
const CLEAR = '\x1b[2J\x1b[3J\x1b[H';
/** A line of stderr has a red bar before it, one of ours is dim. Resets first: a program may leave colours on. */
const MARKS: Readonly<Record<RunOutput['stream'], string>> = {
  stdout: '\x1b[0m',
  stderr: '\x1b[0m\x1b[31m▌\x1b[0m',
  system: '\x1b[0m\x1b[2m',
};

/** Holds the output of the runs, and tells stdout and stderr apart. */
export function createOutput(): Output {
  const [choice, setChoice] = createSignal<OutputChoice>('all');
  const listeners = new Set<(text: string) => void>();
  let kept: { stream: RunOutput['stream']; line: string }[] = [];

  const isShown = (stream: RunOutput['stream']): boolean =>
    choice() === 'all' || stream === 'system' || stream === choice();
  const textOf = (lines: readonly { stream: RunOutput['stream']; line: string }[]): string =>
    lines
      .filter(({ stream }) => isShown(stream))
      .map(({ stream, line }) => `${MARKS[stream]}${line.replace(/\r$/, '')}\x1b[0m\r\n`)
      .join('');
  const tell = (text: string): void => {
    if (text !== '') for (const listener of listeners) listener(text);
  };
  return {
    choice,
    choose(next) {
      setChoice(next);
      tell(CLEAR + textOf(kept));
    },
    add({ stream, lines }) {
      const added = lines.map((line) => ({ stream, line }));
      kept = [...kept, ...added].slice(-KEPT_LINES);
      tell(textOf(added));
    },
    resize: () => undefined,
    onOutput(listener) {
      listeners.add(listener);
      // A panel that is shown later begins with what there is.
      if (kept.length > 0) listener(textOf(kept));
      return () => listeners.delete(listener);
    },
  };
}
