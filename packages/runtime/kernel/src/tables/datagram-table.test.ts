import { describe, expect, it } from 'vitest';
import { DatagramTable } from './datagram-table.ts';

const ALONE = { ipv6Only: false, reuse: false };

describe('DatagramTable', () => {
  it('a datagram goes to the socket of that address, else to the one of all addresses', () => {
    const table = new DatagramTable<string>();
    expect(table.bind(1, '0.0.0.0', 5000, 'a', ALONE)).toBe(5000);
    expect(table.bind(2, '127.0.0.1', 5000, 'b', ALONE)).toBeUndefined();
    expect(table.bind(3, '::1', 5000, 'c', ALONE)).toBe(5000);
    expect(table.receivers('127.0.0.1', 5000, '127.0.0.1')).toEqual([{ socket: 1, task: 'a' }]);
    expect(table.receivers('::1', 5000, '::1')).toEqual([{ socket: 3, task: 'c' }]);
    expect(table.receivers('127.0.0.1', 5001, '127.0.0.1')).toEqual([]);
  });

  it('groups reach every member, and those limited to a source only from there', () => {
    const table = new DatagramTable<string>();
    const shared = { ipv6Only: false, reuse: true };
    table.bind(1, '0.0.0.0', 5000, 'a', shared);
    table.bind(2, '0.0.0.0', 5000, 'b', shared);
    table.join(1, 'a', '224.0.0.1', null);
    table.join(2, 'b', '224.0.0.1', '127.0.0.9');
    expect(table.receivers('224.0.0.1', 5000, '127.0.0.1').map(({ socket }) => socket)).toEqual([1]);
    expect(table.receivers('224.0.0.1', 5000, '127.0.0.9').map(({ socket }) => socket)).toEqual([1, 2]);
    table.leave(1, 'a', '224.0.0.1');
    expect(table.receivers('224.0.0.1', 5000, '127.0.0.1')).toEqual([]);
  });

  it('a socket is its task\u2019s: nobody else sends from it or closes it, and it ends with the task', () => {
    const table = new DatagramTable<string>();
    const port = table.bind(1, '127.0.0.1', 0, 'a', ALONE)!;
    expect(table.source(1, 'b', '127.0.0.1')).toBeUndefined();
    expect(table.source(1, 'a', '127.0.0.1')).toEqual({ host: '127.0.0.1', port });
    table.close(1, 'b');
    expect(table.size).toBe(1);
    table.closeAll('a');
    expect(table.size).toBe(0);
  });
});
