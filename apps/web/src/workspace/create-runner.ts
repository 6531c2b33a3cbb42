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
    const child = await container.spawn(command, args, { terminal: size });
    current = child;
    void child.output.pipeTo(new WritableStream({ write: print })).catch((error: unknown) => console.warn('The output broke off:', error));
    return await child.exit;
  };

  const start = async (): Promise<void> => {
    const mine = ++turn;
    const installed = await container.fs.readdir('node_modules').then(
      () => true,
      () => false,
    );
    if (!installed) {
      dispatch({ type: 'install' });
      const code = await run('npm', ['install']);
      if (mine !== turn) return;
      if (code !== 0) return dispatch({ type: 'ended', what: 'install', code });
    }
    dispatch({ type: 'start' });
    const code = await run('npm', ['run', 'dev']);
    if (mine === turn) dispatch({ type: 'ended', what: 'dev', code });
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
        dispatch({ type: 'ended', what: 'dev', code: 1 });
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
