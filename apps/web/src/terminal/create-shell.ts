import type { WebContainer, WebContainerProcess } from '@webcontainer/api';
import { onCleanup } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { TerminalSource } from './terminal-source.ts';

/** An interactive shell in the container; a new one when the old one has ended. */
export function createShell(container: Pick<WebContainer, 'spawn'>): TerminalSource {
  const listeners = new Set<(text: string) => void | Promise<void>>();
  let shell: WebContainerProcess | undefined;
  let input: WritableStreamDefaultWriter<string> | undefined;
  let closed = false;
  /** Done when whoever shows it is: until then the program's next output waits. */
  const show = (text: string): Promise<unknown> => Promise.all([...listeners].map((listener) => listener(text)));
  const print = (text: string): void => {
    show(text).catch((error: unknown) => console.warn('Cannot show the output of the shell:', error));
  };

  const open = async (cols: number, rows: number): Promise<void> => {
    shell = await container.spawn('/bin/jsh', [], { terminal: { cols, rows } });
    input = shell.input.getWriter();
    void shell.output
      .pipeTo(new WritableStream({ write: async (text) => void (await show(text)) }))
      .catch((error: unknown) => console.warn('The shell broke off:', error));
    const code = await shell.exit;
    shell = undefined;
    if (!closed) print(`\r\n\x1b[2mThe shell has ended with code ${code}; press a key for a new one\x1b[0m\r\n`);
  };

  let opening = false;
  /** None while one is being started: a resize comes with the first drawing, and a key may follow at once. */
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
