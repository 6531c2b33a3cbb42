import type { WebContainer, WebContainerProcess } from '@webcontainer/api';
import { createSignal, onCleanup, type Accessor } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { nextRunState, type RunEvent, type RunState } from './container-state.ts';

export interface Runner {
  readonly state: Accessor<RunState>;
  /** Installs what package.json names, then starts its `dev` script. */
  start(): void;
  stop(): void;
  /** Everything the programs print, as a terminal shows it. */
  onOutput(listener: (text: string) => void): () => void;
  resize(columns: number, rows: number): void;
}

/** Runs the project's own program in its container; one at a time. */
export function createRunner(container: WebContainer): Runner {
  const [state, setState] = createSignal<RunState>({ name: 'idle' });
  const listeners = new Set<(text: string) => void>();
  let size = { cols: 80, rows: 24 };
  let current: WebContainerProcess | undefined;
  /** Counts starts and stops, so that the end of an old run changes nothing. */
  let turn = 0;

  const dispatch = (event: RunEvent): void => {
    const next = nextRunState(state(), event);
    if (next !== undefined) setState(next);
  };
  const print = (text: string): void => {
    for (const listener of listeners) listener(text);
  };

  const run = async (command: string, args: string[]): Promise<number> => {
    print(`\x1b[2m$ ${[command, ...args].join(' ')}\x1b[0m\r\n`);
    const began = turn;
    const child = await container.spawn(command, args, { terminal: size });
    if (began !== turn) child.kill();
    else current = child;
    void child.output.pipeTo(new WritableStream({ write: print })).catch((error: unknown) => console.warn('The output broke off:', error));
    return await child.exit;
  };

  const ended = (what: 'install' | 'dev', code: number): void => {
    current = undefined;
    print(`\r\n\x1b[31mended with code ${code}\x1b[0m\r\n`);
    dispatch({ type: 'ended', what, code });
  };

  const start = async (): Promise<void> => {
    const mine = ++turn;
    // npm writes this file last: a broken-off install is done again.
    const installed = await container.fs.readFile('node_modules/.package-lock.json').then(
      () => true,
      () => false,
    );
    if (!installed) {
      dispatch({ type: 'install' });
      const code = await run('npm', ['install']);
      if (mine !== turn) return;
      if (code !== 0) return ended('install', code);
    }
    dispatch({ type: 'start' });
    const code = await run('npm', ['run', 'dev']);
    if (mine === turn) ended('dev', code);
  };

  const stop = (): void => {
    turn++;
    current?.kill();
    current = undefined;
    dispatch({ type: 'stopped' });
  };

  onCleanup(container.on('server-ready', (port, url) => dispatch({ type: 'listening', port, url })));
  onCleanup(stop);

  return {
    state,
    start() {
      if (state().name !== 'idle' && state().name !== 'ended') return;
      start().catch((error: unknown) => {
        print(`\r\n\x1b[31m${messageOf(error)}\x1b[0m\r\n`);
        dispatch({ type: 'ended', what: state().name === 'installing' ? 'install' : 'dev', code: 1 });
      });
    },
    stop,
    onOutput(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resize(columns, rows) {
      size = { cols: columns, rows };
      current?.resize(size);
    },
  };
}
