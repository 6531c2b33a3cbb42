import { describe, expect, it } from 'vitest';
import { addressSet, fit, isLoopback, overlaps, seenAddress, targetAddress } from './loopback-address.ts';
import { Quota } from './quota.ts';

describe('what means this container', () => {
  it.each(['localhost', 'app.localhost', '127.0.0.1', '127.8.9.10', '::1', '::', '0.0.0.0', '::ffff:127.0.0.1'])(
    '%s',
    (host) => expect(isLoopback(host)).toBe(true),
  );
  it.each([
    '',
    'localhost.test',
    'notlocalhost',
    '128.0.0.1',
    '10.0.0.1',
    '127.0.0',
    '127.0.0.1.test',
    '::2',
    '::ffff:8.8.8.8',
  ])('not %j', (host) => expect(isLoopback(host)).toBe(false));
});

describe('two sockets on one port', () => {
  const HOSTS = ['0.0.0.0', '127.0.0.1', '127.0.0.2', '::', '::1', '::ffff:127.0.0.1'] as const;
  /** Pairs that stand in each other's way; every other pair may be (ip(7), ipv6(7)). */
  const TAKEN = new Set(
    [
      '0.0.0.0 127.0.0.1',
      '0.0.0.0 127.0.0.2',
      '0.0.0.0 ::',
      '0.0.0.0 ::ffff:127.0.0.1',
      '127.0.0.1 ::',
      '127.0.0.1 ::ffff:127.0.0.1',
      '127.0.0.2 ::',
      ':: ::1',
      ':: ::ffff:127.0.0.1',
    ].flatMap((pair) => [pair, pair.split(' ').reverse().join(' ')]),
  );
  const pairs = HOSTS.flatMap((a) => HOSTS.map((b) => [a, b] as const));
  it.each(pairs)('%s beside %s', (a, b) =>
    expect(overlaps(addressSet(a, false), addressSet(b, false))).toBe(a === b || TAKEN.has(`${a} ${b}`)),
  );

  it('one for IPv6 alone leaves IPv4 to others (IPV6_V6ONLY)', () => {
    expect(overlaps(addressSet('::', true), addressSet('0.0.0.0', false))).toBe(false);
    expect(overlaps(addressSet('::', true), addressSet('::1', false))).toBe(true);
  });
});

describe('whom a connection reaches', () => {
  it.each([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['127.0.0.2', '127.0.0.2'],
    ['localhost', undefined],
    ['a.localhost', undefined],
  ])('%s is %s', (host, target) => expect(targetAddress(host)).toBe(target));

  it.each([
    ['127.0.0.1', '127.0.0.1', 2],
    ['127.0.0.1', '127.0.0.2', 0],
    ['0.0.0.0', '127.0.0.1', 1],
    ['0.0.0.0', '::1', 0],
    ['::', '127.0.0.1', 1],
    ['::', '::1', 1],
    ['::1', '::1', 2],
    ['::1', '127.0.0.1', 0],
  ] as const)('a listener on %s fits %s: %i', (listener, address, how) =>
    expect(fit(addressSet(listener, false), address)).toBe(how),
  );

  it('an IPv6 socket sees IPv4 peers mapped, and others as they are', () => {
    expect(seenAddress('::', '127.0.0.1')).toBe('::ffff:127.0.0.1');
    expect(seenAddress('::', '::1')).toBe('::1');
    expect(seenAddress('0.0.0.0', '127.0.0.1')).toBe('127.0.0.1');
  });
});

describe('a quota', () => {
  it('is each owner’s own, reached and given back', () => {
    const quota = new Quota<string>(2);
    expect([quota.take('a'), quota.take('a'), quota.take('a'), quota.take('b')]).toEqual([true, true, false, true]);
    quota.give('a');
    expect([quota.take('a'), quota.take('a')]).toEqual([true, false]);
  });

  it('giving back what was never taken earns nothing', () => {
    const quota = new Quota<string>(1);
    quota.give('a');
    quota.give('a');
    expect([quota.take('a'), quota.take('a')]).toEqual([true, false]);
  });

  it('does not hold the one who is trusted', () => {
    const quota = new Quota<string>(1, 'kernel');
    expect([1, 2, 3].map(() => quota.take('kernel'))).toEqual([true, true, true]);
    expect([quota.take('a'), quota.take('a')]).toEqual([true, false]);
  });
});
