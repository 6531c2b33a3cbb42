import { describe, expect, it } from 'vitest';
import { PortTable } from './port-table.ts';

describe('PortTable', () => {
  const open = (table: PortTable<string, string>, id: number, host: string, port: number, options = {}): boolean => {
    const bound = table.bind(id, host, port, `task ${id}`, options) !== undefined;
    if (bound) table.listen(id, `task ${id}`);
    return bound;
  };

  it.each([
    ['127.0.0.1', '::1', true],
    ['127.0.0.1', '127.0.0.2', true],
    ['127.0.0.1', '127.0.0.1', false],
    ['127.0.0.1', '0.0.0.0', false],
    ['127.0.0.1', '::', false],
    ['::ffff:127.0.0.1', '127.0.0.1', false],
    ['::1', '::', false],
  ])('%s and %s on one port: %s', (first, second, both) => {
    const table = new PortTable<string, string>();
    expect(open(table, 1, first, 3000)).toBe(true);
    expect(open(table, 2, second, 3000)).toBe(both);
  });

  it('an IPv6-only listener leaves the IPv4 addresses to others', () => {
    const table = new PortTable<string, string>();
    expect(open(table, 1, '::', 3000, { ipv6Only: true })).toBe(true);
    expect(table.findAt('127.0.0.1', 3000)).toBeUndefined();
    expect(open(table, 2, '0.0.0.0', 3000)).toBe(true);
    expect(table.findAt('127.0.0.1', 3000)?.id).toBe(2);
    expect(table.findAt('::1', 3000)?.id).toBe(1);
  });

  it('the listener of just that address comes before one of all addresses; names reach any', () => {
    const table = new PortTable<string, string>();
    open(table, 1, '::1', 3000);
    open(table, 2, '127.0.0.1', 3000);
    expect(table.findAt('127.0.0.1', 3000)?.id).toBe(2);
    expect(table.findAt('localhost', 3000)?.id).toBe(1);
    table.close(1, 'task 1');
    expect(table.findAt('::1', 3000)).toBeUndefined();
    expect(table.findAt('localhost', 3000)?.id).toBe(2);
  });

  it('those who agreed to share a port take turns', () => {
    const table = new PortTable<string, string>();
    expect(open(table, 1, '127.0.0.1', 3000, { reusePort: true })).toBe(true);
    expect(open(table, 2, '127.0.0.1', 3000, { reusePort: true })).toBe(true);
    expect(open(table, 3, '127.0.0.1', 3000)).toBe(false);
    expect([1, 2, 3, 4].map(() => table.findAt('127.0.0.1', 3000)?.id)).toEqual([1, 2, 1, 2]);
  });
});
