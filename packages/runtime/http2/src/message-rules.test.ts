import { describe, expect, it } from 'vitest';
import { MessageRules, type BlockKind } from './message-rules.ts';

type Pairs = readonly (readonly [name: string, value: string])[];

const GET: Pairs = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', 'a.test'],
  [':path', '/'],
];
const rulesOf = (options: { strictSpace?: boolean; extendedConnect?: boolean; requestMethod?: string } = {}) =>
  new MessageRules({
    strictSpace: options.strictSpace ?? false,
    extendedConnect: () => options.extendedConnect ?? false,
    requestMethod: options.requestMethod,
  });

/** The verdicts of the fields, as far as the first error. */
function verdicts(rules: MessageRules, kind: BlockKind, fields: Pairs): string[] {
  rules.startBlock();
  const seen: string[] = [];
  for (const [name, value] of fields) {
    seen.push(rules.field({ name, value, sensitive: false }, kind));
    if (seen.at(-1) === 'error') break;
  }
  return seen;
}

/** Whether a whole block is good; `ends` says that nothing follows it. */
function accepts(rules: MessageRules, kind: BlockKind, fields: Pairs, ends = false): boolean {
  return !verdicts(rules, kind, fields).includes('error') && rules.endBlock(kind, ends);
}

const without = (name: string): Pairs => GET.filter(([own]) => own !== name);
const changed = (name: string, value: string): Pairs =>
  GET.map(([own, before]) => [own, own === name ? value : before] as const);

describe('the pseudo-fields of a request (RFC 9113, 8.3.1)', () => {
  it.each<[string, Pairs]>([
    ['the four of them', GET],
    ['host in place of :authority', [...without(':authority'), ['host', 'a.test']]],
    ['OPTIONS of the whole server', [...changed(':path', '*').slice(1), [':method', 'OPTIONS']]],
    ['a path that is none, of a scheme whose paths nobody knows', changed(':scheme', 'urn').slice(0, 4)],
    ['the same with a path of its own', [...changed(':scheme', 'urn').slice(0, 3), [':path', 'x:y']]],
    [
      'CONNECT with an authority alone',
      [
        [':method', 'CONNECT'],
        [':authority', 'a.test:443'],
      ],
    ],
  ])('lets in %s', (_title, fields) => expect(accepts(rulesOf(), 'request', fields)).toBe(true));

  it.each<[string, Pairs]>([
    ['no method', without(':method')],
    ['no scheme', without(':scheme')],
    ['no path', without(':path')],
    ['nobody it is for', without(':authority')],
    ['an empty path', changed(':path', '')],
    ['a path without its slash', changed(':path', 'x')],
    ['the star of another method than OPTIONS', changed(':path', '*')],
    ['a method twice', [...GET, [':method', 'GET']]],
    ['a path with a blank', changed(':path', '/a b')],
    ['a path with a line end', changed(':path', '/\r\nx: y')],
    ['an authority with a slash', changed(':authority', 'a/b')],
    ['a scheme that begins with a digit', changed(':scheme', '1http')],
    ['a method with a blank', changed(':method', 'GET /')],
    ['a status', [...GET, [':status', '200']]],
    ['a pseudo-field nobody knows', [...GET, [':fancy', 'x']]],
    ['a pseudo-field with capitals', [...GET, [':Path', '/']]],
    ['a pseudo-field behind a regular one', [...GET.slice(0, 3), ['accept', '*/*'], [':path', '/']]],
    ['a pseudo-field behind one that is passed over', [...GET.slice(0, 3), ['a b', 'x'], [':path', '/']]],
    ['a pseudo-field behind one whose value is bad', [...GET.slice(0, 3), ['a', '\0'], [':path', '/']]],
    [
      'CONNECT with a path',
      [
        [':method', 'CONNECT'],
        [':authority', 'a.test'],
        [':path', '/'],
      ],
    ],
    [
      'CONNECT with a scheme',
      [
        [':method', 'CONNECT'],
        [':authority', 'a.test'],
        [':scheme', 'https'],
      ],
    ],
    ['CONNECT to nobody', [[':method', 'CONNECT']]],
    ['a protocol where it was not offered', [...changed(':method', 'CONNECT'), [':protocol', 'websocket']]],
  ])('refuses %s', (_title, fields) => expect(accepts(rulesOf(), 'request', fields)).toBe(false));

  it('extended CONNECT takes all five where it was offered, and no other method a protocol (RFC 8441, 4)', () => {
    const offered = { extendedConnect: true };
    expect(accepts(rulesOf(offered), 'request', [...changed(':method', 'CONNECT'), [':protocol', 'websocket']])).toBe(
      true,
    );
    expect(accepts(rulesOf(offered), 'request', [...GET, [':protocol', 'websocket']])).toBe(false);
    const unaddressed = changed(':method', 'CONNECT').filter(([name]) => name !== ':authority');
    expect(accepts(rulesOf(offered), 'request', [...unaddressed, [':protocol', 'websocket'], ['host', 'a.test']])).toBe(
      false,
    );
  });

  it('a promise is a request that is no CONNECT', () => {
    expect(accepts(rulesOf(), 'push', GET)).toBe(true);
    expect(
      accepts(rulesOf(), 'push', [
        [':method', 'CONNECT'],
        [':authority', 'a.test'],
      ]),
    ).toBe(false);
  });
});

describe('regular fields', () => {
  const last = (name: string, value: string, kind: BlockKind = 'request', strictSpace = false): string | undefined =>
    verdicts(rulesOf({ strictSpace }), kind, [
      ...(kind === 'response' ? [[':status', '200'] as const] : GET),
      [name, value],
    ]).at(-1);

  it.each([
    ['connection', 'close'],
    ['keep-alive', 'timeout=5'],
    ['proxy-connection', 'x'],
    ['transfer-encoding', 'chunked'],
    ['upgrade', 'h2c'],
    ['te', 'gzip'],
    ['Accept', 'x'],
  ])('%s: %s makes a request malformed (RFC 9113, 8.2)', (name, value) => expect(last(name, value)).toBe('error'));

  it.each([
    ['te', 'trailers'],
    ['te', 'Trailers'],
    ['x-empty', ''],
    ['x', 'tab\tand high \xff'],
    ["!#$%&'*+-.^_`|~09az", 'every sign of a token'],
    ['x', ' blanks around '],
  ])('%j: %j is let in', (name, value) => expect(last(name, value)).toBe('ok'));

  it.each([
    ['a b', 'x'],
    ['', 'x'],
    ['a\0', 'x'],
    ['x', 'line\nend'],
    ['x', 'nul\0'],
    ['x', '\x7f'],
  ])('%j: %j is left out, and the message goes on', (name, value) => expect(last(name, value)).toBe('ignore'));

  it('blanks around a value are left out where they are taken strictly', () => {
    expect(last('x', ' a', 'request', true)).toBe('ignore');
    expect(last('x', 'a\t', 'request', true)).toBe('ignore');
    expect(last('x', 'a b', 'request', true)).toBe('ok');
  });

  it('host comes once', () => {
    expect(verdicts(rulesOf(), 'request', [...GET, ['host', 'a'], ['host', 'a']]).at(-1)).toBe('error');
    expect(
      verdicts(rulesOf(), 'response', [
        [':status', '200'],
        ['host', 'a'],
        ['host', 'a'],
      ]).at(-1),
    ).toBe('ok');
  });
});

describe('answers', () => {
  it.each<[string, boolean]>([
    ['200', true],
    ['999', true],
    ['20', false],
    ['2000', false],
    ['2x0', false],
    ['', false],
    ['101', false],
  ])('a status of %j: %j', (status, good) => expect(accepts(rulesOf(), 'response', [[':status', status]])).toBe(good));

  it('there is no answer without a status, and none with a path', () => {
    expect(accepts(rulesOf(), 'response', [['a', 'b']])).toBe(false);
    expect(
      accepts(rulesOf(), 'response', [
        [':status', '200'],
        [':path', '/'],
      ]),
    ).toBe(false);
  });

  it('an informational answer is followed by another, and no data comes in between (RFC 9113, 8.1)', () => {
    const rules = rulesOf({ requestMethod: 'GET' });
    expect(
      accepts(rules, 'response', [
        [':status', '103'],
        ['link', '</a>'],
      ]),
    ).toBe(true);
    expect(rules.awaitsFinal).toBe(true);
    expect(rules.end()).toBe(false);
    expect(rules.data(0)).toBe(false);
    expect(accepts(rules, 'response', [[':status', '200']])).toBe(true);
    expect(rules.awaitsFinal).toBe(false);
    expect(rules.data(5)).toBe(true);
    expect(rules.end()).toBe(true);
  });

  it('trailers end the message and have no pseudo-fields', () => {
    expect(accepts(rulesOf(), 'trailers', [['x-sum', '1']], true)).toBe(true);
    expect(accepts(rulesOf(), 'trailers', [['x-sum', '1']], false)).toBe(false);
    expect(accepts(rulesOf(), 'trailers', [[':status', '200']], true)).toBe(false);
  });
});

describe('content-length (RFC 9113, 8.1.1)', () => {
  const request = (length: string): MessageRules => {
    const rules = rulesOf();
    expect(accepts(rules, 'request', [...GET, ['content-length', length]])).toBe(true);
    return rules;
  };

  it.each([
    ['exactly as promised', [3, 4], true, true],
    ['less', [3], true, false],
    ['more', [3, 5], false, false],
    ['nothing', [], true, false],
  ] as const)('%s of 7 bytes', (_title, chunks, dataGood, endGood) => {
    const rules = request('7');
    expect(chunks.every((bytes) => rules.data(bytes))).toBe(dataGood);
    expect(rules.end()).toBe(endGood);
  });

  it.each(['-1', '1.5', '0x10', '', '1, 1', ' 1', '+1'])('a length of %j is none', (value) =>
    expect(accepts(rulesOf(), 'request', [...GET, ['content-length', value]])).toBe(false),
  );

  it('comes once, even if both are alike', () =>
    expect(accepts(rulesOf(), 'request', [...GET, ['content-length', '1'], ['content-length', '1']])).toBe(false));

  it.each<[string, string | undefined, string, number, boolean]>([
    ['HEAD promises what another method would give', 'HEAD', '200', 0, true],
    ['HEAD has no body', 'HEAD', '200', 1, false],
    ['304 has no body', 'GET', '304', 1, false],
    ['a tunnel has no length', 'CONNECT', '200', 99, true],
    ['a refused tunnel has one', 'CONNECT', '403', 99, false],
  ])('%s', (_title, requestMethod, status, bytes, good) => {
    const rules = rulesOf(requestMethod === undefined ? {} : { requestMethod });
    expect(
      accepts(rules, 'response', [
        [':status', status],
        ['content-length', '7'],
      ]),
    ).toBe(true);
    expect(rules.data(bytes) && rules.end()).toBe(good);
  });

  it('a 204 has none; the zero that some servers send is passed over (RFC 9110, 8.6)', () => {
    const of = (value: string): string | undefined =>
      verdicts(rulesOf(), 'response', [
        [':status', '204'],
        ['content-length', value],
      ]).at(-1);
    expect([of('0'), of('1')]).toEqual(['ignore', 'error']);
    expect(
      verdicts(rulesOf(), 'response', [
        [':status', '103'],
        ['content-length', '0'],
      ]).at(-1),
    ).toBe('error');
  });

  it('of a promised request says nothing of the answer on its stream', () => {
    const rules = rulesOf();
    expect(accepts(rules, 'push', [...GET, ['content-length', '7']])).toBe(true);
    expect(accepts(rules, 'response', [[':status', '200']])).toBe(true);
    expect(rules.data(100) && rules.end()).toBe(true);
  });
});
