import { describe, expect, it } from 'vitest';
import { Credit, cutPieces, PieceQueue } from './credit-stream.ts';
import { parseGatewayRequest, parsePreviewOpen, parsePurpose, parseSocketMessage } from './parse-preview.ts';
import { BODY_CREDIT, BODY_PIECE_BYTES } from './preview-protocol.ts';

const LONG = 64 * 1024;
const path = (length: number): string => `/${'x'.repeat(length - 1)}`;
const NOTHING = [undefined, null, 0, '', 'gateway', [], {}, { kind: 1 }, { kind: 'other' }, { type: 'fetch' }];

describe('what a page wants its port for', () => {
  it('is one of three, with nothing else on it', () => {
    expect(parsePurpose({ kind: 'gateway', more: 1 })).toEqual({ kind: 'gateway' });
    expect(parsePurpose({ kind: 'page' })).toEqual({ kind: 'page' });
    const socket = { kind: 'socket', target: '/a', protocols: ['b'] };
    expect(parsePurpose({ ...socket, more: 1 })).toEqual(socket);
  });

  it.each(NOTHING)('%j is none', (value) => expect(parsePurpose(value)).toBeUndefined());

  it.each<[string, Record<string, unknown>, boolean]>([
    ['the longest path', { target: path(LONG) }, true],
    ['a longer one', { target: path(LONG + 1) }, false],
    ['an address', { target: 'ws://other.test/' }, false],
    ['no path', { target: '' }, false],
    ['a number', { target: 7 }, false],
    ['32 protocols', { protocols: new Array<string>(32).fill('a') }, true],
    ['33', { protocols: new Array<string>(33).fill('a') }, false],
    ['a protocol of 200 letters', { protocols: ['a'.repeat(200)] }, true],
    ['one more', { protocols: ['a'.repeat(201)] }, false],
    ['a protocol that is a number', { protocols: [1] }, false],
    ['protocols that are a text', { protocols: 'a' }, false],
  ])('a socket with %s', (_title, changes, good) =>
    expect(parsePurpose({ kind: 'socket', target: '/', protocols: [], ...changes }) !== undefined).toBe(good),
  );

  it.each([
    [1, true],
    [65_535, true],
    [0, false],
    [65_536, false],
    [80.5, false],
    ['80', false],
    [Number.NaN, false],
  ])('a port of %s: %s', (port, good) =>
    expect(parsePreviewOpen({ type: 'preview', port, purpose: { kind: 'page' } }) !== undefined).toBe(good),
  );
});

describe('what a service worker asks', () => {
  const fetch = { type: 'fetch', id: 1, method: 'GET', target: '/', headers: [['a', 'b']], hasBody: false };

  it.each([
    fetch,
    { type: 'body', id: 1, bytes: null },
    { type: 'body', id: 1, bytes: Uint8Array.of(1) },
    { type: 'pull', id: 1 },
    { type: 'cancel', id: -5 },
  ])('%j', (message) => expect(parseGatewayRequest({ ...message, more: 1 })).toEqual(message));

  it.each(NOTHING)('%j is nothing', (value) => expect(parseGatewayRequest(value)).toBeUndefined());

  it.each<[string, Record<string, unknown>, boolean]>([
    ['an id that is none', { id: 2 ** 53 }, false],
    ['no id', { id: undefined }, false],
    ['a method of 40 letters', { method: 'M'.repeat(40) }, true],
    ['one more', { method: 'M'.repeat(41) }, false],
    ['an address', { target: 'http://other.test/' }, false],
    ['the longest path', { target: path(LONG) }, true],
    ['a longer one', { target: path(LONG + 1) }, false],
    ['500 fields', { headers: new Array<unknown>(500).fill(['a', 'b']) }, true],
    ['501', { headers: new Array<unknown>(501).fill(['a', 'b']) }, false],
    ['a name of 200 letters', { headers: [['a'.repeat(200), '']] }, true],
    ['one more', { headers: [['a'.repeat(201), '']] }, false],
    ['the longest value', { headers: [['a', 'b'.repeat(LONG)]] }, true],
    ['a longer one', { headers: [['a', 'b'.repeat(LONG + 1)]] }, false],
    ['a field without a value', { headers: [['a']] }, false],
    ['a field that is a text', { headers: ['ab'] }, false],
    ['fields that are a record', { headers: { a: 'b' } }, false],
  ])('a request with %s', (_title, changes, good) =>
    expect(parseGatewayRequest({ ...fetch, ...changes }) !== undefined).toBe(good),
  );

  it('only true says that there is a body', () =>
    expect(parseGatewayRequest({ ...fetch, hasBody: 'yes' })).toMatchObject({ hasBody: false }));
});

describe('what a page’s WebSocket says', () => {
  it.each<[unknown, unknown]>([
    [
      { type: 'send', data: 'a' },
      { type: 'send', data: 'a' },
    ],
    [{ type: 'send', data: 1 }, undefined],
    [{ type: 'send', data: new ArrayBuffer(1) }, undefined],
    [
      { type: 'close', code: 1000, reason: 'r' },
      { type: 'close', code: 1000, reason: 'r' },
    ],
    [
      { type: 'close', code: 4999 },
      { type: 'close', code: 4999, reason: '' },
    ],
    [
      { type: 'close', code: 999 },
      { type: 'close', reason: '' },
    ],
    [
      { type: 'close', code: 5000 },
      { type: 'close', reason: '' },
    ],
    [
      { type: 'close', reason: 'x'.repeat(1001) },
      { type: 'close', reason: '' },
    ],
    [{ type: 'open' }, undefined],
    [null, undefined],
  ])('%j is %j', (value, message) => expect(parseSocketMessage(value)).toEqual(message));
});

describe('a body in messages', () => {
  it('goes as far as its credit, and on with each piece that is consumed', async () => {
    const credit = new Credit();
    for (let piece = 0; piece < BODY_CREDIT; piece++) expect(await credit.take()).toBe(true);
    let taken = false;
    const waiting = credit.take().then((leave) => (taken = leave));
    await Promise.resolve();
    expect(taken).toBe(false);
    credit.give();
    expect(await waiting).toBe(true);
  });

  it('never gets more credit than was lent', async () => {
    const credit = new Credit();
    for (let count = 0; count < 100; count++) credit.give();
    for (let piece = 0; piece < BODY_CREDIT; piece++) await credit.take();
    const waiting = credit.take();
    credit.cancel();
    expect(await waiting).toBe(false);
    expect(await credit.take()).toBe(false);
  });

  it('comes in order, each piece told as consumed before the next', async () => {
    const events: string[] = [];
    const queue = new PieceQueue(() => events.push('consumed'));
    queue.push(Uint8Array.of(1));
    setTimeout(() => {
      queue.push(Uint8Array.of(2));
      queue.push(null);
    });
    for await (const [byte] of queue) events.push(`piece ${byte}`);
    expect(events).toEqual(['piece 1', 'consumed', 'piece 2', 'consumed']);
  });

  it('a sender that ignores its credit ends it', async () => {
    const queue = new PieceQueue(() => undefined);
    for (let piece = 0; piece <= 2 * BODY_CREDIT + 1; piece++) queue.push(Uint8Array.of(1));
    await expect(queue[Symbol.asyncIterator]().next()).rejects.toThrow('ignores its credit');
  });

  it('the first failure is the one that is told', async () => {
    const queue = new PieceQueue(() => undefined);
    const next = queue[Symbol.asyncIterator]().next();
    queue.fail(new Error('first'));
    queue.fail(new Error('second'));
    await expect(next).rejects.toThrow('first');
  });

  it.each([0, 1, BODY_PIECE_BYTES, BODY_PIECE_BYTES + 1, 3 * BODY_PIECE_BYTES])(
    '%i bytes are cut into pieces of their own',
    (length) => {
      const bytes = Uint8Array.from({ length }, (_, index) => index & 0xff);
      const pieces = [...cutPieces(bytes)];
      expect(pieces).toHaveLength(Math.ceil(length / BODY_PIECE_BYTES));
      expect(
        pieces.every((piece) => piece.buffer !== bytes.buffer && piece.byteLength === piece.buffer.byteLength),
      ).toBe(true);
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    },
  );
});
