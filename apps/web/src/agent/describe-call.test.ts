import { describe, expect, it } from 'vitest';
import { describeCall } from './describe-call.ts';

describe('a call in words', () => {
  it('has what it is about, also while it is written, and for what is no JSON or no tool', () => {
    const said = (name: string, args: string): string => {
      const { verb, object } = describeCall({ name, args });
      return `${verb} ${object}`;
    };
    expect(said('Edit', '{"path":"a.ts","old":"1","new":"2"}')).toBe('Edit a.ts');
    expect(said('Run', '{"command":"npm te')).toBe('Run npm te');
    expect(said('Run', 'nonsense')).toBe('Run ');
    expect(said('constructor', '[1]')).toBe('constructor ');
    expect(said('Grep', 'null')).toBe('Search ');
    expect(describeCall({ name: 'Run', args: JSON.stringify({ command: 'x'.repeat(1000) }) }).object).toHaveLength(400);
  });

  it('of an MCP server has its name alone: all of its arguments are shown beside', () => {
    expect(describeCall({ name: 'docs__search', args: '{"path":"a","old":"1","new":"2"}' })).toEqual({
      ...{ verb: 'docs: search', object: '', change: undefined },
    });
  });

  it('has the texts of a change', () => {
    expect(describeCall({ name: 'Edit', args: '{"path":"a","old":"1","new":"2"}' }).change).toEqual({
      before: '1',
      after: '2',
    });
    expect(describeCall({ name: 'Write', args: '{"path":"a","content":"2"}' }).change).toEqual({
      before: '',
      after: '2',
    });
    expect(describeCall({ name: 'Read', args: '{"path":"a"}' }).change).toBeUndefined();
  });
});
