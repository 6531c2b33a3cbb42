import type { WebContainer } from '@webcontainer/api';
import { createRoot, createSignal, onCleanup, type Accessor } from 'solid-js';
import { createShell } from './create-shell.ts';
import type { Emulator, EmulatorOptions, FindQuery, FindResult } from './emulator.ts';
import type { TerminalSource } from './terminal-source.ts';
import type { TerminalsMemory } from './terminals-memory.ts';
import { nextTerminals, type TerminalsEvent, type TerminalsState } from './terminals-state.ts';

/** The terminals of the open project, whether their panel is seen or not. */
export interface Terminals {
  readonly state: Accessor<TerminalsState>;
  dispatch(event: TerminalsEvent): void;
  /** The screen of a terminal; its shell is started when it is first shown. */
  emulator(id: number): Emulator;
  /** The keyboard goes into the active terminal. */
  focus(): void;
  readonly finding: Accessor<boolean>;
  setFinding(on: boolean): void;
  find(query: FindQuery, direction: 'next' | 'previous'): void;
  readonly result: Accessor<FindResult | undefined>;
  readonly screenReader: Accessor<boolean>;
  setScreenReader(on: boolean): void;
  /** Calls back when the person wants the keyboard out of a terminal. */
  onLeave(listener: () => void): void;
}

/** `makeEmulator` comes from outside so that a test needs no xterm.js. */
export interface TerminalsParts {
  readonly container: Pick<WebContainer, 'spawn'>;
  readonly memory: TerminalsMemory;
  readonly makeEmulator: (source: TerminalSource, options: EmulatorOptions) => Emulator;
  readonly openUrl: (url: string) => void;
  readonly files: EmulatorOptions['files'];
}

/** Starts with the terminals that were there last time, at least one. */
export function createTerminals(parts: TerminalsParts): Terminals {
  const remembered = parts.memory.load();
  const [state, setState] = createSignal(
    remembered.entries.length === 0 ? nextTerminals(remembered, { type: 'open' }) : remembered,
  );
  const [finding, setFindingSignal] = createSignal(false);
  const [result, setResult] = createSignal<FindResult>();
  const [screenReader, setScreenReaderSignal] = createSignal(false);
  const open = new Map<number, { readonly emulator: Emulator; dispose(): void }>();
  let leave: () => void = () => undefined;

  const close = (id: number): void => {
    open.get(id)?.dispose();
    open.delete(id);
  };
  /** The only way to another state. It is stored at once: a tab that crashes loses no name. */
  const dispatch = (event: TerminalsEvent): void => {
    const next = nextTerminals(state(), event);
    if (next === state()) return;
    const there = new Set(next.entries.map(({ id }) => id));
    for (const id of open.keys()) if (!there.has(id)) close(id);
    for (const { id, name } of next.entries) open.get(id)?.emulator.rename(name);
    setState(next);
    parts.memory.save(next);
  };
  const active = (): Emulator | undefined => open.get(state().active ?? 0)?.emulator;
  const setFinding = (on: boolean): void => {
    setFindingSignal(on);
    if (on) return;
    for (const { emulator } of open.values()) emulator.endFind();
    active()?.focus();
  };

  /** Under an owner of its own: the shell ends with its terminal, and all with the project. */
  const start = (id: number): { readonly emulator: Emulator; dispose(): void } =>
    createRoot((dispose) => {
      const emulator = parts.makeEmulator(createShell(parts.container), {
        label: state().entries.find((entry) => entry.id === id)?.name ?? '',
        screenReader: screenReader(),
        openUrl: parts.openUrl,
        ...(parts.files === undefined ? {} : { files: parts.files }),
        onFind: () => setFinding(true),
        onLeave: () => leave(),
        onFocus: () => dispatch({ type: 'select', id }),
        onResult: (found) => {
          if (state().active === id) setResult(found);
        },
      });
      onCleanup(() => emulator.dispose());
      return { emulator, dispose };
    });

  onCleanup(() => {
    for (const id of [...open.keys()]) close(id);
  });
  return {
    state,
    dispatch,
    emulator(id) {
      const known = open.get(id) ?? start(id);
      open.set(id, known);
      return known.emulator;
    },
    focus: () => active()?.focus(),
    finding,
    setFinding,
    find: (query, direction) => active()?.find(query, direction),
    result,
    screenReader,
    setScreenReader(on) {
      setScreenReaderSignal(on);
      for (const { emulator } of open.values()) emulator.setScreenReader(on);
    },
    onLeave: (listener) => void (leave = listener),
  };
}
