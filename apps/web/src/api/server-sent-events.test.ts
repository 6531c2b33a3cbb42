import { describe, expect, it } from 'vitest';
import { EventStreamParser } from './server-sent-events.ts';

describe('EventStreamParser', () => {
  it('joins pieces, data lines and ids', () => {
    const parser = new EventStreamParser();
    expect(parser.push('id: 7\nevent: log\nda')).toEqual([]);
    expect(parser.push('ta: one\ndata: two\n\n: comment\n\ndata:x\n\n')).toEqual([
      { id: '7', type: 'log', data: 'one\ntwo' },
      { id: undefined, type: 'message', data: 'x' },
    ]);
  });

  it('takes every line end the standard knows', () => {
    expect(new EventStreamParser().push('data: a\r\n\r\ndata: b\r\r')).toEqual([
      { id: undefined, type: 'message', data: 'a' },
      { id: undefined, type: 'message', data: 'b' },
    ]);
  });
});
