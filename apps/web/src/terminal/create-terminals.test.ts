import { createRoot } from 'solid-js';
import { describe, expect, it } from 'vitest';
import { makeFakeContainer, settle } from '../testing/fake-container.ts';
import { createTerminals } from './create-terminals.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import type { TerminalSource } from './terminal-source.ts';
import { NO_TERMINALS, type TerminalsState } from './terminals-state.ts';

/** Screens without a page: what is printed, and what was asked of them. */
function open(remembered: TerminalsState = NO_TERMINALS) {
  const fake = makeFakeContainer();
  const saved: TerminalsState[] = [];
  const screens: { printed: string; calls: string[]; options: EmulatorOptions; source: TerminalSource }[] = [];
  const makeEmulator = (source: TerminalSource, options: EmulatorOptions): Emulator => {
    const screen = { printed: '', calls: [] as string[], options, source };
    screens.push(screen);
    source.onOutput((text) => void (screen.printed += text));
    source.resize(80, 24);
    return {
      attach: () => () => undefined,
      focus: () => void screen.calls.push('focus'),
      find: ({ text }, direction) => void screen.calls.push(`${direction} ${text}`),
      endFind: () => void screen.calls.push('endFind'),
      setScreenReader: (on) => void screen.calls.push(`reader ${on}`),
      rename: (label) => void screen.calls.push(`rename ${label}`),
      dispose: () => void screen.calls.push('dispose'),
    };
  };
  const { terminals, dispose } = createRoot((dispose) => ({
    terminals: createTerminals({
      container: fake.container,
      memory: { load: () => remembered, save: (state) => void saved.push(state) },
      makeEmulator,
      openUrl: () => undefined,
      files: undefined,
    }),
    dispose,
  }));
  return { ...fake, terminals, dispose, saved, screens };
}

const names = (state: TerminalsState | undefined): string[] | undefined => state?.entries.map(({ name }) => name);

describe('UX-10 the terminals', () => {
  it('UX-10 begin with one, or with those of the last time; a shell starts when its terminal is shown', async () => {
    expect(names(open().terminals.state())).toEqual(['Shell 1']);
    const entries = [
      { id: 1, name: 'dev', group: 1 },
      { id: 2, name: 'tests', group: 2 },
    ];
    const { terminals, processes, screens } = open({ entries, active: 2 });
    expect(processes).toHaveLength(0);
    terminals.emulator(2);
    expect(terminals.emulator(2)).toBe(terminals.emulator(2));
    await settle();
    expect(processes).toHaveLength(1);
    expect(screens[0]?.options.label).toBe('tests');
  });

  it('UX-10 are each a shell of its own, killed with its terminal alone', async () => {
    const { terminals, processes, screens, saved } = open();
    terminals.emulator(1);
    terminals.dispatch({ type: 'split' });
    terminals.emulator(2);
    await settle();
    processes[0]?.print('one');
    processes[1]?.print('two');
    screens[1]?.source.type?.('ls\r');
    await settle();
    expect(screens.map(({ printed }) => printed)).toEqual(['one', 'two']);
    expect(processes[1]?.typed).toEqual(['ls\r']);
    terminals.dispatch({ type: 'close', id: 1 });
    expect(processes.map(({ killed }) => killed)).toEqual([true, false]);
    expect(screens[0]?.calls).toContain('dispose');
    expect(names(saved.at(-1))).toEqual(['Shell 2']);
  });

  it('UX-10 that end make room: the last one closed, another is opened with a new shell', async () => {
    const { terminals, processes } = open();
    terminals.emulator(1);
    await settle();
    terminals.dispatch({ type: 'close', id: 1 });
    expect(terminals.state()).toEqual(NO_TERMINALS);
    terminals.focus();
    terminals.dispatch({ type: 'open' });
    terminals.emulator(terminals.state().active ?? 0);
    await settle();
    expect(processes.map(({ killed }) => killed)).toEqual([true, false]);
  });

  it('UX-10 are searched where the keyboard is; the end of it gives the keyboard back', () => {
    const { terminals, screens } = open();
    terminals.emulator(1);
    terminals.dispatch({ type: 'open' });
    terminals.emulator(2);
    screens[1]?.options.onFind?.();
    expect(terminals.finding()).toBe(true);
    terminals.find({ text: 'x', caseSensitive: false, regex: false }, 'next');
    screens[1]?.options.onResult?.({ at: 1, of: 3 });
    screens[0]?.options.onResult?.({ at: 9, of: 9 });
    expect(terminals.result()).toEqual({ at: 1, of: 3 });
    terminals.setFinding(false);
    expect(screens[1]?.calls).toEqual(['next x', 'endFind', 'focus']);
  });

  it('UX-10 tell readers of screens, those there are and those that come', () => {
    const { terminals, screens } = open();
    terminals.emulator(1);
    terminals.setScreenReader(true);
    terminals.dispatch({ type: 'open' });
    terminals.emulator(2);
    expect(screens[0]?.calls).toContain('reader true');
    expect(screens[1]?.options.screenReader).toBe(true);
  });

  it('UX-10 know where the keyboard is, and the way out of it', () => {
    const { terminals, screens } = open();
    terminals.emulator(1);
    terminals.dispatch({ type: 'split' });
    terminals.emulator(2);
    screens[0]?.options.onFocus?.();
    expect(terminals.state().active).toBe(1);
    let left = 0;
    terminals.onLeave(() => left++);
    screens[0]?.options.onLeave?.();
    expect(left).toBe(1);
  });

  it('end with their project', async () => {
    const { terminals, processes, dispose } = open();
    terminals.emulator(1);
    await settle();
    dispose();
    expect(processes.map(({ killed }) => killed)).toEqual([true]);
  });
});
