import { describe, expect, it } from 'vitest';
import { createFeatures } from './create-features.ts';
import type { Command, Feature, FeatureParts, Panel, Workbench } from './feature.ts';

/** A workbench that only shows panels; the features here use nothing else of it. */
function makeBench(): { bench: Workbench; shown: string[] } {
  const shown: string[] = [];
  return { bench: { showPanel: (id: string) => void shown.push(id) } as Workbench, shown };
}

const featureOf = (id: string, parts: FeatureParts): Feature => ({ id, create: () => parts });
const panelOf = (id: string, order: number, keys?: string): Panel => ({
  id,
  title: id,
  component: () => undefined,
  where: 'bottom',
  order,
  ...(keys === undefined ? {} : { keys }),
});
const commandOf = (id: string, more: Partial<Command> = {}): Command => ({
  id,
  title: () => id,
  run: () => undefined,
  ...more,
});
const mod = (key: string) => ({ key, ctrlKey: true, metaKey: false, altKey: false, shiftKey: false });

describe('the tables of the workspace', () => {
  it('holds the panels and buttons of all features, each by its order', () => {
    const { bench } = makeBench();
    const made = createFeatures(
      [
        featureOf('late', { panels: [panelOf('c', 30)], commands: [commandOf('z', { bar: { order: 20 } })] }),
        featureOf('early', {
          panels: [panelOf('b', 20), panelOf('a', 10)],
          commands: [commandOf('y', { bar: { order: 10 } }), commandOf('x')],
        }),
      ],
      bench,
      { commands: [commandOf('save')] },
    );
    expect(made.panels.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(made.buttons.map(({ id }) => id)).toEqual(['y', 'z']);
    expect(made.commands.map(({ id }) => id)).toEqual(['save', 'z', 'y', 'x', 'show-a', 'show-b', 'show-c']);
  });

  it('has nothing of a feature without its line in the table', () => {
    const { bench } = makeBench();
    const one = featureOf('one', { panels: [panelOf('a', 1, 'Mod-1')], connected: () => false });
    expect(createFeatures([one], bench).connected()).toBe(false);
    const without = createFeatures([], bench);
    expect(without.panels).toEqual([]);
    expect(without.preview).toBeUndefined();
    expect(without.connected()).toBe(true);
    expect(without.boundTo(mod('1'))).toBeUndefined();
  });

  it('finds what keys are bound to: a command runs, a panel is shown', () => {
    const { bench, shown } = makeBench();
    let ran = 0;
    const made = createFeatures(
      [
        featureOf('one', {
          panels: [panelOf('a', 1, 'Mod-1')],
          commands: [commandOf('go', { keys: 'Mod-g', run: () => ran++ })],
        }),
      ],
      bench,
    );
    made.boundTo(mod('g'))?.();
    made.boundTo(mod('1'))?.();
    expect({ ran, shown }).toEqual({ ran: 1, shown: ['a'] });
    expect(made.boundTo({ ...mod('g'), ctrlKey: false })).toBeUndefined();
  });

  it.each<[string, Feature[]]>([
    ['feature "one"', [featureOf('one', {}), featureOf('one', {})]],
    ['panel "a"', [featureOf('one', { panels: [panelOf('a', 1)] }), featureOf('two', { panels: [panelOf('a', 2)] })]],
    ['command "go"', [featureOf('one', { commands: [commandOf('go'), commandOf('go')] })]],
    [
      'key binding "Mod-g"',
      [featureOf('one', { panels: [panelOf('a', 1, 'Mod-g')], commands: [commandOf('go', { keys: 'Mod-g' })] })],
    ],
  ])('refuses two with the %s', (what, features) => {
    const { bench } = makeBench();
    expect(() => createFeatures(features, bench)).toThrow(`Cannot make the workspace: two features have the ${what}`);
  });

  it('UX-16 leaves keys to a terminal that do not count everywhere, and those of commands with nothing to do', () => {
    const { bench } = makeBench();
    let busy = true;
    const made = createFeatures(
      [
        featureOf('one', {
          commands: [
            commandOf('go', { keys: 'Mod-g', when: () => !busy }),
            commandOf('out', { keys: 'F6 Mod-o', everywhere: true }),
          ],
        }),
      ],
      bench,
    );
    expect(made.boundTo(mod('g'))).toBeUndefined();
    busy = false;
    expect(made.boundTo(mod('g'))).toBeDefined();
    expect(made.boundTo(mod('g'), true)).toBeUndefined();
    expect(made.boundTo(mod('o'), true)).toBeDefined();
    expect(made.boundTo({ ...mod('F6'), ctrlKey: false }, true)).toBeDefined();
  });
});
