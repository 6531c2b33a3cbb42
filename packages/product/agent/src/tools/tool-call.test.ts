import { describe, expect, it } from 'vitest';
import { allowanceOf, type Permission } from './permission.ts';
import { ReadTracker } from './read-tracker.ts';
import { checkCall, toolsOf } from './tool-call.ts';

const SCOPE = [['**']];
const check = (name: string, input: unknown, tracker = new ReadTracker(), scope: string[][] = SCOPE) =>
  checkCall(scope, tracker, { name, arguments: typeof input === 'string' ? input : JSON.stringify(input) });

describe('a call of a model', () => {
  it('AG-11 tools for files are there with a scope alone', () => {
    expect(toolsOf(SCOPE)).toEqual(['Read', 'Write', 'Edit', 'Glob', 'Grep', 'Run', 'Preview', 'Checkpoint']);
    expect(toolsOf([])).toEqual(['Run', 'Preview', 'Checkpoint']);
    expect(check('Read', { path: 'a' }, new ReadTracker(), [])).toMatchObject({
      outcome: 'refused',
      why: expect.stringContaining('no tool "Read"'),
    });
  });

  it('AG-11 is refused in words where the path leads out of the scope', () => {
    for (const path of ['../a', '/etc/passwd', 'src/../../b'])
      for (const [name, rest] of [
        ['Read', {}],
        ['Write', { content: '' }],
        ['Edit', { old: 'a', new: 'b' }],
      ] as const)
        expect(check(name, { path, ...rest })).toMatchObject({
          outcome: 'refused',
          why: expect.stringContaining(path),
        });
  });

  it('AG-12 an edit needs a read by this controller, and a write of what was not read makes a new file alone', () => {
    const tracker = new ReadTracker();
    const edit = { path: './src/a.ts', old: 'a', new: 'b' };
    expect(check('Edit', edit, tracker)).toMatchObject({
      outcome: 'refused',
      why: expect.stringContaining('Read "src/a.ts" before'),
    });
    expect(check('Write', { path: 'src/a.ts', content: '' }, tracker)).toMatchObject({ checked: { version: null } });
    tracker.read('src/a.ts', 'v1');
    expect(check('Edit', edit, tracker)).toMatchObject({
      checked: { effect: 'edit', path: 'src/a.ts', version: 'v1' },
    });
    tracker.wrote('src/a.ts', 'v2');
    expect(check('Edit', edit, tracker)).toMatchObject({ checked: { version: 'v2' } });
    expect(tracker.touched()).toEqual(['src/a.ts']);
    expect(check('Edit', edit, new ReadTracker())).toMatchObject({ outcome: 'refused' });
  });

  it('nonsense is refused by name: unknown tools, broken JSON, arguments that do not fit', () => {
    expect(check('rm', {})).toMatchObject({ why: expect.stringContaining('no tool "rm"') });
    expect(check('toString', {})).toMatchObject({ outcome: 'refused' });
    expect(check('Read', '{"path": "a')).toMatchObject({ why: 'The arguments of Read are no JSON' });
    expect(check('Read', { path: 7, more: 1 })).toMatchObject({ why: expect.stringContaining('"path"') });
    expect(check('Preview', '')).toMatchObject({ outcome: 'checked' });
    expect(check('Write', { path: 'a', content: 'x'.repeat(200_000) })).toMatchObject({ outcome: 'refused' });
  });

  it('what is asked follows the permission, and what guards the project is always asked', () => {
    const asked = (permission: Permission, name: string, input: object, allowed: string[] = []): boolean => {
      const result = check(name, input);
      if (result.outcome !== 'checked') throw new Error(result.why);
      return allowanceOf(permission, result.checked, allowed).outcome === 'ask';
    };
    const write = { path: 'a', content: '' };
    const own = { path: 'slipway.agent.toml', content: 'permission = "full"' };
    const run = { command: 'npm test' };
    const table = (['ask', 'edit', 'full'] as const).map((mode) => [
      asked(mode, 'Read', { path: 'a' }),
      asked(mode, 'Write', write),
      asked(mode, 'Run', run),
      asked(mode, 'Write', own),
      asked(mode, 'Read', { path: '.env' }),
    ]);
    expect(table).toEqual([
      [false, true, true, true, true],
      [false, false, true, true, true],
      [false, false, false, true, true],
    ]);
    expect(asked('edit', 'Run', run, ['npm test'])).toBe(false);
    expect(asked('edit', 'Run', { command: 'npm test; rm -rf .' }, ['npm test'])).toBe(true);
  });
});
