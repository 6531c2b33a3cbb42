import { expect, it } from 'vitest';
import {
  FrameReader,
  makeError,
  makeFrame,
  makeReady,
  makeStartup,
  PROTOCOL,
  readText,
  splitFrames,
} from './frames.ts';

it('TC-09 messages are the same however they arrive', () => {
  const sent = Buffer.concat([
    makeFrame('Q', Buffer.from('select 1\0')),
    makeReady('T'),
    makeError('ERROR', '55P03', 'no'),
  ]);
  for (const size of [1, 2, 3, 7, sent.length]) {
    const reader = new FrameReader();
    const types: string[] = [];
    for (let at = 0; at < sent.length; at += size) {
      reader.push(sent.subarray(at, at + size));
      for (let frame = reader.next(); frame !== undefined; frame = reader.next()) types.push(frame.type);
    }
    expect(types.join('')).toBe('QZE');
  }
  expect(splitFrames(sent)[0]?.body.toString()).toBe('select 1\0');
});

it('TC-09 the first message has no type; a length that makes no sense and a text without an end are refused', () => {
  const reader = new FrameReader();
  reader.push(makeStartup({ user: 'postgres' }));
  expect(reader.first()?.readInt32BE(0)).toBe(PROTOCOL);
  for (const length of [-1, 3, 0x7fffffff]) {
    const bad = Buffer.alloc(5);
    bad.writeInt32BE(length, 1);
    const other = new FrameReader();
    other.push(bad);
    expect(() => other.next()).toThrow('its length is');
  }
  expect(() => readText(Buffer.from('abc'), 0)).toThrow('no end');
});
