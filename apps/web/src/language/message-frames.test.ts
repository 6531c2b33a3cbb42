import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader, MOST_MESSAGE_BYTES } from './message-frames.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('messages of a language server', () => {
  it('UX-09 are whole again however the pipe cut them', () => {
    const said = ['{"a":1}', '{"text":"grüße 🐳"}', `{"long":"${'x'.repeat(300_000)}"}`, '{}'];
    const whole = said.map(encodeFrame);
    const all = new Uint8Array(whole.reduce((sum, frame) => sum + frame.length, 0));
    let at = 0;
    for (const frame of whole) {
      all.set(frame, at);
      at += frame.length;
    }
    for (const size of [1, 7, 4096, all.length]) {
      const reader = new FrameReader();
      const heard: string[] = [];
      for (let from = 0; from < all.length; from += size) heard.push(...reader.push(all.subarray(from, from + size)));
      expect(heard).toEqual(said);
    }
  });

  it('UX-09 may name their type, in any case', () => {
    const reader = new FrameReader();
    const head = 'content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH: 2\r\n\r\n{}';
    expect(reader.push(bytes(head))).toEqual(['{}']);
  });

  it.each([
    ['no length', 'X: 1\r\n\r\n{}', 'has no length'],
    ['a length that is no number', 'Content-Length: many\r\n\r\n{}', 'has no length'],
    ['too much', `Content-Length: ${MOST_MESSAGE_BYTES + 1}\r\n\r\n`, 'it is too large'],
    ['a header without end', 'x'.repeat(5000), 'its header does not end'],
  ])('are refused with %s', (_, text, message) => {
    expect(() => new FrameReader().push(bytes(text))).toThrow(message);
  });
});
