import { onCleanup, onMount } from 'solid-js';
import { makeEmulator } from './emulator.ts';
import './terminal.css';
import type { TerminalSource } from './terminal-source.ts';

export type { TerminalSource } from './terminal-source.ts';

/** One terminal over a source of text, for as long as the component is there. */
export function TerminalView(props: { source: TerminalSource; label: string }) {
  let element: HTMLDivElement | undefined;

  onMount(() => {
    if (element === undefined) return;
    const emulator = makeEmulator(props.source, {
      label: props.label,
      openUrl: (url) => window.open(url, '_blank', 'noopener'),
    });
    onCleanup(() => emulator.dispose());
    emulator.attach(element);
  });

  return <div class="terminal" ref={element} role="region" aria-label={props.label} />;
}
