import { createRoot } from 'solid-js';
import { describe, expect, it } from 'vitest';
import { makeFakeContainer, settle } from '../testing/fake-container.ts';
import { createShell } from './create-shell.ts';

function open() {
  const fake = makeFakeContainer();
  const printed: string[] = [];
  const { shell, dispose } = createRoot((dispose) => ({ shell: createShell(fake.container), dispose }));
  shell.onOutput((text) => printed.push(text));
  return { ...fake, shell, dispose, printed };
}

describe('the terminal', () => {
  it('starts one shell at the size of its terminal, and hands keys and sizes on', async () => {
    const { shell, processes, printed } = open();
    shell.resize(100, 30);
    shell.resize(101, 30);
    await settle();
    shell.type?.('ls\r');
    shell.resize(90, 20);
    processes[0]?.print('out');
    await settle();
    expect(processes).toHaveLength(1);
    expect(processes[0]).toMatchObject({ command: '/bin/jsh', typed: ['ls\r'], size: { cols: 90, rows: 20 } });
    expect(printed).toEqual(['out']);
  });

  it('says that the shell has ended, and a key starts another one', async () => {
    const { shell, processes, printed } = open();
    shell.resize(80, 24);
    await settle();
    processes[0]?.exit(3);
    await settle();
    expect(printed.join('')).toContain('ended with code 3');
    shell.type?.('x');
    await settle();
    expect(processes).toHaveLength(2);
  });

  it('shows why no shell starts, and tries again at the next key', async () => {
    const { shell, processes, printed, refuse } = open();
    refuse(new Error('too many processes'));
    shell.resize(80, 24);
    await settle();
    expect(printed.join('')).toContain('too many processes');
    refuse(undefined);
    shell.type?.('x');
    await settle();
    expect(processes).toHaveLength(1);
  });

  it('kills its shell with its owner, and starts none afterwards', async () => {
    const { shell, processes, dispose } = open();
    shell.resize(80, 24);
    await settle();
    dispose();
    processes[0]?.exit(1);
    await settle();
    shell.type?.('x');
    await settle();
    expect(processes.map(({ killed }) => killed)).toEqual([true]);
  });
});
