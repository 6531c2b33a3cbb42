import { describe, expect, it } from 'vitest';
import { costOf, DEFAULT_BOUNDS, narrowerBounds, reachedBound } from './bounds.ts';
import { type Manifest, narrowManifest, parseManifest } from './manifest.ts';
import { isInScope } from '../paths/scope.ts';
import { repeatsOf } from '../tools/repeated-calls.ts';

const SETTINGS: Manifest = {
  name: 'Agent',
  provider: 'p',
  model: 'm',
  scope: [['src/**']],
  permission: 'edit',
  bounds: DEFAULT_BOUNDS,
  instructions: '',
};
const narrow = (text: string, settings = SETTINGS): Manifest => {
  const parsed = parseManifest(text);
  if (parsed.outcome !== 'parsed') throw new Error(parsed.why);
  return narrowManifest(settings, parsed.file);
};

describe('slipway.agent.toml', () => {
  it('AG-11 can only narrow: scope, permission and bounds never grow by it', () => {
    const wide = narrow(
      'scope = ["**"]\npermission = "full"\n[bounds]\nturns = 500\ntokens = 100000000\ncostMicros = 5\nwallMs = 86400000',
    );
    expect(wide.permission).toBe('edit');
    expect(wide.bounds).toEqual({ ...DEFAULT_BOUNDS, costMicros: 5 });
    expect(isInScope(wide.scope, 'secret')).toBe(false);
    expect(isInScope(wide.scope, 'src/a')).toBe(true);
    const small = narrow(
      'name = "Small"\nscope = ["src/ui/**"]\npermission = "ask"\ninstructions = "Short."\n[bounds]\nturns = 3',
    );
    expect(small).toMatchObject({ name: 'Small', permission: 'ask', instructions: 'Short.', bounds: { turns: 3 } });
    expect(isInScope(small.scope, 'src/a')).toBe(false);
    expect(narrow('scope = ["**"]', { ...SETTINGS, scope: [] }).scope).toEqual([]);
  });

  it('says what is wrong with a file, and takes no more than it may hold', () => {
    for (const [text, why] of [
      ['name = ', 'slipway.agent.toml'],
      ['scope = "src"', '"scope"'],
      ['key = "sk-1"', 'key'],
      ['[bounds]\nturns = 0', 'bounds.turns'],
      [`instructions = "${'x'.repeat(70_000)}"`, 'more than'],
    ] as const)
      expect(parseManifest(text)).toMatchObject({ outcome: 'invalid', why: expect.stringContaining(why) });
  });
});

describe('bounds of a run', () => {
  it('says which one is reached, and the narrower of two holds', () => {
    const bounds = { turns: 2, tokens: 100, costMicros: 50, wallMs: 1000 };
    const use = { turns: 0, tokens: 0, costMicros: 0, wallMs: 0 };
    expect(reachedBound(bounds, use)).toBeUndefined();
    expect(reachedBound(bounds, { ...use, turns: 2 })).toBe('turns');
    expect(reachedBound(bounds, { ...use, tokens: 100 })).toBe('tokens');
    expect(reachedBound(bounds, { ...use, costMicros: 50 })).toBe('costMicros');
    expect(reachedBound(bounds, { ...use, wallMs: 1000 })).toBe('wallMs');
    expect(reachedBound({ ...bounds, costMicros: null }, { ...use, costMicros: 1e9 })).toBeUndefined();
    expect(costOf({ inputMicros: 3_000_000, outputMicros: 15_000_000 }, { input: 1000, output: 1 })).toBe(3015);
    expect(narrowerBounds(bounds, { costMicros: 70, turns: 9 })).toEqual(bounds);
  });

  it('counts the same call in a row, however its keys are ordered', () => {
    const call = (args: string, name = 'Read') => ({ name, arguments: args });
    expect(repeatsOf([])).toBe(0);
    expect(repeatsOf([call('{"a":1,"b":2}'), call('{"b":2,"a":1}'), call('{ "a": 1, "b": 2 }')])).toBe(3);
    expect(repeatsOf([call('{}'), call('{"a":1}'), call('{}')])).toBe(1);
    expect(repeatsOf([call('{'), call('{'), call('{', 'Run')])).toBe(1);
  });
});
