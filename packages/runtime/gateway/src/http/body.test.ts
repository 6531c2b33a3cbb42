import { describe, expect, it } from 'vitest';
import { bodyFraming, encodeChunk, readBody, type Framing } from './body.ts';
import { ByteReader } from './byte-reader.ts';
import { encodeHead, endToEnd, headerHas, headerValue, isToken, readHeaders, type HeaderList } from './headers.ts';
import { HttpError } from './http-error.ts';

/** A stream that gives these bytes, `size` at a time. */
function readerOf(text: string, size = Infinity): ByteReader {
  const bytes = Buffer.from(text, 'latin1');
  let at = 0;
  return new ByteReader({
    read: () => {
      if (at >= bytes.length) return Promise.resolve(null);
      const piece = Uint8Array.from(bytes.subarray(at, at + Math.min(size, bytes.length)));
      at += piece.length;
      return Promise.resolve(piece);
    },
  } as ConstructorParameters<typeof ByteReader>[0]);
}

async function bodyOf(text: string, framing: Framing, size?: number): Promise<{ body: string; rest: string | null }> {
  const reader = readerOf(text, size);
  const pieces: Uint8Array[] = [];
  for await (const piece of readBody(reader, framing)) pieces.push(piece);
  return { body: Buffer.concat(pieces).toString('latin1'), rest: await reader.readLine(100).catch(() => 'cut off') };
}

const SIZES = [1, 2, 3, 7, 1000];
const chunked: Framing = { type: 'chunked' };

describe('how long a body is (RFC 9112, 6.3)', () => {
  it.each<[string, HeaderList, 'request' | 'response', Framing]>([
    ['a length', [['Content-Length', '5']], 'request', { type: 'length', bytes: 5 }],
    [
      'the same length twice',
      [
        ['Content-Length', '5'],
        ['content-length', '5'],
      ],
      'request',
      { type: 'length', bytes: 5 },
    ],
    ['a length of 0', [['Content-Length', '0']], 'response', { type: 'none' }],
    ['leading zeros', [['Content-Length', '007']], 'response', { type: 'length', bytes: 7 }],
    ['chunks', [['Transfer-Encoding', ' Chunked ']], 'request', chunked],
    [
      'chunks of a careless server, whose length does not count',
      [
        ['Transfer-Encoding', 'chunked'],
        ['Content-Length', '9'],
      ],
      'response',
      chunked,
    ],
    ['nothing said, of a request', [], 'request', { type: 'none' }],
    ['nothing said, of a response', [], 'response', { type: 'until-close' }],
  ])('%s', (_title, headers, kind, framing) => expect(bodyFraming(headers, kind)).toEqual(framing));

  it.each<[string, HeaderList]>([
    [
      'two lengths',
      [
        ['Content-Length', '5'],
        ['Content-Length', '6'],
      ],
    ],
    ['two lengths in one field', [['Content-Length', '5, 6']]],
    ['a sign', [['Content-Length', '+5']]],
    ['a negative length', [['Content-Length', '-5']]],
    ['a hex length', [['Content-Length', '0x5']]],
    ['no digits', [['Content-Length', '']]],
    ['more than a number holds', [['Content-Length', '9'.repeat(16)]]],
    ['a coding nobody undoes', [['Transfer-Encoding', 'gzip']]],
    ['two codings', [['Transfer-Encoding', 'gzip, chunked']]],
    [
      'chunks twice',
      [
        ['Transfer-Encoding', 'chunked'],
        ['Transfer-Encoding', 'chunked'],
      ],
    ],
    ['a coding that only looks like chunks', [['Transfer-Encoding', 'xchunked']]],
    [
      'both, of a request: they would be read differently',
      [
        ['Transfer-Encoding', 'chunked'],
        ['Content-Length', '5'],
      ],
    ],
  ])('%s is refused', (_title, headers) => expect(() => bodyFraming(headers, 'request')).toThrow(HttpError));
});

describe('bodies, however they arrive', () => {
  it.each(SIZES)('%i bytes at a time', async (size) => {
    expect(await bodyOf('hellonext\r\n', { type: 'length', bytes: 5 }, size)).toEqual({ body: 'hello', rest: 'next' });
    expect(await bodyOf('next\r\n', { type: 'none' }, size)).toEqual({ body: '', rest: 'next' });
    expect(await bodyOf('all\r\nof it', { type: 'until-close' }, size)).toEqual({ body: 'all\r\nof it', rest: null });
    const chunks = '5\r\nhello\r\nA ;x=y\r\n0123456789\r\n00\r\nTrailer: x\r\n\r\nnext\r\n';
    expect(await bodyOf(chunks, chunked, size)).toEqual({ body: 'hello0123456789', rest: 'next' });
  });

  it('what is written as chunks is read as it was', async () => {
    const texts = ['a', 'b'.repeat(16), 'c'.repeat(70_000)];
    const written = [...texts, '']
      .map((text) => Buffer.from(encodeChunk(Buffer.from(text))).toString('latin1'))
      .join('');
    expect((await bodyOf(written, chunked)).body).toBe(texts.join(''));
  });

  it.each([
    ['no size', '\r\nhello\r\n0\r\n\r\n'],
    ['a size with a sign', '-5\r\nhello\r\n'],
    ['a size in C’s way', '0x5\r\nhello\r\n'],
    ['a size beyond what a number holds', `${'f'.repeat(14)}\r\n`],
    ['a chunk that is longer than its size', '4\r\nhello\r\n0\r\n\r\n'],
    ['a chunk that is shorter than its size', '6\r\nhello\r\n0\r\n\r\n'],
    ['no end', '5\r\nhello\r\n'],
    ['an end inside a chunk', '5\r\nhel'],
    ['no end of the trailers', '0\r\nTrailer: x\r\n'],
    ['an extension without end', `5;${'x'.repeat(5000)}`],
  ])('chunks with %s are refused', async (_title, text) => {
    for (const size of SIZES) await expect(bodyOf(text, chunked, size)).rejects.toThrow(HttpError);
  });

  it('a body that is cut off is refused, and says by how much', async () => {
    await expect(bodyOf('hel', { type: 'length', bytes: 5 })).rejects.toThrow('2 bytes before the end');
  });
});

describe('header fields', () => {
  const read = (text: string, size?: number): Promise<HeaderList> => readHeaders(readerOf(text, size));

  it.each(SIZES)(
    'come in order, with repeats and without the blanks around values (%i bytes at a time)',
    async (size) => {
      expect(await read('A: 1\r\nb:2\nA:  \t3 \r\nempty:\r\nhigh: \xe9\r\n\r\n', size)).toEqual([
        ['A', '1'],
        ['b', '2'],
        ['A', '3'],
        ['empty', ''],
        ['high', '\xe9'],
      ]);
    },
  );

  it.each([
    ['a blank before the colon', 'a : 1\r\n\r\n'],
    ['a folded line', 'a: 1\r\n 2\r\n\r\n'],
    ['no colon', 'abc\r\n\r\n'],
    ['no name', ': 1\r\n\r\n'],
    ['a name that is no token', 'a(b): 1\r\n\r\n'],
    ['no end', 'a: 1\r\n'],
    ['half a line', 'a: 1'],
    ['a line of more than 64 KiB', `a: ${'x'.repeat(65_536)}\r\n\r\n`],
    ['more than 1000 fields', `${'a: 1\r\n'.repeat(1001)}\r\n`],
    ['more than 256 KiB', `${`a: ${'x'.repeat(60_000)}\r\n`.repeat(5)}\r\n`],
  ])('%s is refused', (_title, text) => expect(read(text)).rejects.toThrow(HttpError));

  it('1000 fields are read', async () => expect(await read(`${'a: 1\r\n'.repeat(1000)}\r\n`)).toHaveLength(1000));

  it('are found whatever their spelling, joined where there are several', () => {
    const headers: HeaderList = [
      ['Accept', 'a'],
      ['x', '1'],
      ['ACCEPT', 'b'],
      ['Connection', 'Keep-Alive, upgrade'],
    ];
    expect([headerValue(headers, 'accept'), headerValue(headers, 'none')]).toEqual(['a, b', undefined]);
    expect([headerHas(headers, 'connection', 'upgrade'), headerHas(headers, 'connection', 'grade')]).toEqual([
      true,
      false,
    ]);
  });

  it('of one hop, and those that Connection names, go no further', () => {
    const names = [
      'Connection',
      'Keep-Alive',
      'TE',
      'Trailer',
      'Transfer-Encoding',
      'Upgrade',
      'Proxy-Authorization',
      'X-Hop',
      'X-Kept',
    ];
    const headers = names.map((name) => [name, name === 'Connection' ? 'x-hop' : '1'] as const);
    expect(endToEnd(headers).map(([name]) => name)).toEqual(['X-Kept']);
  });

  it.each([
    ['', false],
    ['a b', false],
    ['a:', false],
    ['é', false],
    ['a\r', false],
    ["!#$%&'*+-.^_`|~aZ9", true],
  ])('%j is a token: %j', (text, good) => expect(isToken(text)).toBe(good));

  it('cannot be written where they would begin another line', () => {
    for (const [name, value] of [
      ['a', 'b\r\nc: d'],
      ['a', 'b\nc'],
      ['a', '\0'],
      ['a b', 'c'],
      ['a\r\nb', 'c'],
      ['', 'c'],
    ] as const)
      expect(() => encodeHead('GET / HTTP/1.1', [[name, value]])).toThrow(HttpError);
    expect(Buffer.from(encodeHead('GET / HTTP/1.1', [['a', '\xe9']])).toString('latin1')).toBe(
      'GET / HTTP/1.1\r\na: \xe9\r\n\r\n',
    );
    expect(Buffer.from(encodeHead('GET / HTTP/1.1', [['a', '日']])).toString()).toBe('GET / HTTP/1.1\r\na: 日\r\n\r\n');
  });
});

describe('lines', () => {
  it.each(SIZES)('may be as long as they may, and no longer (%i bytes at a time)', async (size) => {
    expect(await readerOf('12345\r\n', size).readLine(6)).toBe('12345');
    await expect(readerOf('123456\r\n', size).readLine(6)).rejects.toThrow('longer than 6');
    await expect(readerOf('1234567', size).readLine(6)).rejects.toThrow(HttpError);
  });

  it('exactly so many bytes, or an error', async () => {
    const reader = readerOf('abcdef', 2);
    expect(Buffer.from(await reader.readExactly(3)).toString()).toBe('abc');
    expect(reader.buffered).toBe(1);
    await expect(reader.readExactly(4)).rejects.toThrow(HttpError);
  });
});
