import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { onCleanup, onMount } from 'solid-js';

export interface TerminalSource {
  /** Called with the terminal's size, at first and after every change. */
  resize(columns: number, rows: number): void;
  onOutput(listener: (text: string) => void): () => void;
  /** Keys; absent where nothing reads them. */
  type?(text: string): void;
}

const THEME = { background: '#0b1519', foreground: '#d7e6e5', cursor: '#57c7c0', selectionBackground: '#1f4248' };

/** An xterm.js terminal over a source of text. */
export function TerminalView(props: { source: TerminalSource; label: string }) {
  let element: HTMLDivElement | undefined;

  onMount(() => {
    if (element === undefined) return;
    const { source } = props;
    const terminal = new Terminal({ theme: THEME, fontSize: 12.5, fontFamily: 'ui-monospace, "JetBrains Mono", Menlo, monospace', convertEol: false, disableStdin: source.type === undefined, scrollback: 5000 });
    onCleanup(() => terminal.dispose());
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.open(element);
    const observer = new ResizeObserver(() => {
      // A hidden terminal has no size worth telling.
      if (element !== undefined && element.clientHeight > 20) fit.fit();
    });
    observer.observe(element);
    onCleanup(() => observer.disconnect());
    terminal.onResize(({ cols, rows }) => source.resize(cols, rows));
    fit.fit();
    source.resize(terminal.cols, terminal.rows);
    if (source.type !== undefined) terminal.onData((text) => source.type?.(text));
    onCleanup(source.onOutput((text) => terminal.write(text)));
  });

  return <div class="terminal" ref={element} role="region" aria-label={props.label} />;
}
