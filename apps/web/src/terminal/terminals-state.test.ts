import { describe, expect, it } from 'vitest';
import { encodeTerminals, makeTerminalsMemory, parseTerminals } from './terminals-memory.ts';
import {
  MAX_NAME_CHARACTERS,
  MAX_SPLIT,
  MAX_TERMINALS,
  nextTerminals,
  NO_TERMINALS,
  shownOf,
  type TerminalsEvent,
  type TerminalsState,
  whyFull,
} from './terminals-state.ts';

const after = (...events: readonly TerminalsEvent[]): TerminalsState => events.reduce(nextTerminals, NO_TERMINALS);
const open = { type: 'open' } as const;
const split = { type: 'split' } as const;
const names = ({ entries }: TerminalsState): string[] => entries.map(({ name }) => name);

describe('UX-10 the terminals of a project', () => {
  it('UX-10 are opened at the end and split beside the active one, which the new one becomes', () => {
    const state = after(open, open, { type: 'select', id: 1 }, split);
    expect(state).toMatchObject({ active: 3 });
    expect(names(state)).toEqual(['Shell 1', 'Shell 3', 'Shell 2']);
    expect(shownOf(state).map(({ id }) => id)).toEqual([1, 3]);
    expect(after(split)).toEqual(after(open));
  });

  it('UX-10 say why there can be no more of them, side by side or at all', () => {
    const four = after(open, split, split, split);
    expect([whyFull(after(), 'split'), whyFull(four, 'open')]).toEqual([undefined, undefined]);
    expect(whyFull(four, 'split')).toBe('4 terminals stand side by side at most');
    const all = after(...Array.from({ length: MAX_TERMINALS }, () => open));
    expect([whyFull(all, 'open'), whyFull(all, 'split')]).toEqual(
      Array(2).fill('There are 12 terminals: kill one first'),
    );
  });

  it('UX-10 hand the keyboard to a neighbour when they are closed, and end with none', () => {
    const two = after(open, split, open);
    expect(nextTerminals(two, { type: 'close', id: 3 }).active).toBe(2);
    expect(nextTerminals({ ...two, active: 2 }, { type: 'close', id: 2 }).active).toBe(1);
    expect(nextTerminals(two, { type: 'close', id: 1 }).active).toBe(3);
    expect(after(open, { type: 'close', id: 1 })).toEqual(NO_TERMINALS);
    expect(nextTerminals(two, { type: 'close', id: 99 })).toBe(two);
    expect(shownOf(NO_TERMINALS)).toEqual([]);
  });

  it('UX-10 have a name that a person gives, on one line and of limited length; the lowest number is given again', () => {
    const rename = (name: string): string =>
      nextTerminals(after(open), { type: 'rename', id: 1, name }).entries[0]!.name;
    expect(rename('  dev\n server\u202e ')).toBe('dev server');
    expect(rename('   ')).toBe('Shell 1');
    expect([...rename('👩‍🚀'.repeat(100))].length).toBeLessThanOrEqual(MAX_NAME_CHARACTERS);
    expect(names(after(open, open, { type: 'close', id: 1 }, open))).toEqual(['Shell 2', 'Shell 1']);
  });

  it('UX-10 change places in the strip, not beyond its ends', () => {
    const state = after(open, open, open, { type: 'move', id: 3, by: -1 });
    expect(names(state)).toEqual(['Shell 1', 'Shell 3', 'Shell 2']);
    expect(nextTerminals(state, { type: 'move', id: 1, by: -1 })).toBe(state);
    expect(nextTerminals(state, { type: 'move', id: 2, by: 1 })).toBe(state);
  });

  it('UX-10 are limited in number, and so are those side by side', () => {
    expect(after(...Array<TerminalsEvent>(MAX_TERMINALS + 3).fill(open)).entries).toHaveLength(MAX_TERMINALS);
    expect(after(open, ...Array<TerminalsEvent>(MAX_SPLIT + 3).fill(split)).entries).toHaveLength(MAX_SPLIT);
  });
});

describe('what is remembered of them', () => {
  it('UX-10 are names, order, groups and which was active', () => {
    const state = after(open, open, { type: 'rename', id: 1, name: 'dev' }, { type: 'select', id: 1 }, split);
    const again = parseTerminals(encodeTerminals(state));
    expect(names(again)).toEqual(names(state));
    expect(shownOf(again).map(({ name }) => name)).toEqual(['dev', 'Shell 1']);
    expect(again.entries.find(({ id }) => id === again.active)?.name).toBe('Shell 1');
  });

  it('is nothing where the text makes no sense', () => {
    const many = { name: 'x', group: 1 };
    const odd = [
      null,
      '',
      '{',
      '[]',
      '{"terminals":[{"name":"","group":1}],"active":0}',
      '{"terminals":[{"name":"a","group":-1}],"active":0}',
      JSON.stringify({ terminals: Array(MAX_TERMINALS + 1).fill(many), active: 0 }),
    ];
    for (const text of odd) expect(parseTerminals(text)).toEqual(NO_TERMINALS);
    expect(parseTerminals('{"terminals":[{"name":"a","group":1}],"active":7}').active).toBe(1);
  });

  it('is of one project, and a store that is full or denied harms nothing', () => {
    const kept = new Map<string, string>();
    const store = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (k: string, v: string) => void kept.set(k, v),
    };
    makeTerminalsMemory(store, 'one').save(after(open));
    expect(makeTerminalsMemory(store, 'one').load().entries).toHaveLength(1);
    expect(makeTerminalsMemory(store, 'two').load()).toEqual(NO_TERMINALS);
    const refuse = (): never => {
      throw new DOMException('no', 'QuotaExceededError');
    };
    const denied = makeTerminalsMemory({ getItem: refuse, setItem: refuse }, 'one');
    denied.save(after(open));
    expect(denied.load()).toEqual(NO_TERMINALS);
  });
});
