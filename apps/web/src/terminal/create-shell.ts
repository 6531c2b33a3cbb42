import type { WebContainer, WebContainerProcess } from '@webcontainer/api';
import { onCleanup } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { TerminalSource } from './terminal-view.tsx';

/** An interactive shell in the container; a new one when the old one has ended. */
export function createShell(container: WebContainer): TerminalSource {
  const listeners = new Set<(text: string) => void>();
  let shell: WebContainerProcess | undefined;
  let input: WritableStreamDefaultWriter<string> | undefined;
  let closed = false;
  const print = (text: string): void => {
    for (const listener of listeners) listener(text);
  };

  const open = async (cols: number, rows: number): Promise<void> => {
    shell = await container.spawn('/bin/jsh', [], { terminal: { cols, rows } });
    input = shell.input.getWriter();
    void shell.output.pipeTo(new WritableStream({ write: print })).catch((error: unknown) => console.warn('The shell broke off:', error));
    const code = await shell.exit;
    shell = undefined;
    if (!closed) print(`\r\n\x1b[2mThe shell has ended with code ${code}; press a key for a new one\x1b[0m\r\n`);
  };

  let opening = false;
  const ensure = (cols: number, rows: number): void => {
    if (shell !== undefined || opening || closed) return;
    opening = true;
    open(cols, rows)
      .catch((error: unknown) => print(`\x1b[31m${messageOf(error)}\x1b[0m\r\n`))
      .finally(() => (opening = false));
  };

  let size = { cols: 80, rows: 24 };
  onCleanup(() => {
    closed = true;
    shell?.kill();
  });
  return {
    resize(cols, rows) {
      size = { cols, rows };
      if (shell === undefined) ensure(cols, rows);
      else shell.resize(size);
    },
    onOutput(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    type(text) {
      if (shell === undefined) ensure(size.cols, size.rows);
      else input?.write(text).catch((error: unknown) => console.warn('The shell does not read:', error));
    },
  };
}
