import { describe, expect, it } from 'vitest';
import { parseHostPolicy } from './host-policy.ts';

describe('a list of hosts', () => {
  it('TC-07 TC-08 allows what it names: a host, what is below one, a port, all ports', () => {
    const policy = parseHostPolicy(['db.example.org:5432', '*.Example.com:443', '10.0.0.5:*', '*:80']);
    const answers = (host: string, port: number) => policy.allows(host, port);
    expect(answers('db.example.org', 5432)).toBe(true);
    expect(answers('DB.example.ORG', 5432)).toBe(true);
    expect(answers('db.example.org', 5433)).toBe(false);
    expect(answers('x.db.example.org', 5432)).toBe(false);
    expect(answers('a.b.example.com', 443)).toBe(true);
    expect(answers('example.com', 443)).toBe(false);
    expect(answers('notexample.com', 443)).toBe(false);
    expect(answers('10.0.0.5', 1)).toBe(true);
    expect(answers('anything', 80)).toBe(true);
    expect(answers('anything', 81)).toBe(false);
  });

  it('TC-08 names hosts exactly that have no pattern: these alone may be private', () => {
    expect(parseHostPolicy(['*:443', '*.internal:5432', '10.0.0.5:*', 'db.internal:5432']).named).toEqual([
      'db.internal:5432',
    ]);
    expect(parseHostPolicy([])).toMatchObject({ isOpen: false, named: [] });
  });

  it('refuses what has no meaning, by its text', () => {
    for (const entry of [
      'example.org',
      'example.org:0',
      'example.org:65536',
      '*.*.org:1',
      'a b:1',
      'http://a:1',
      ':1',
      '*',
    ])
      expect(() => parseHostPolicy([entry]), entry).toThrow(`Cannot read "${entry}"`);
  });
});
