import { describe, expect, it } from 'vitest';
import { addressBelow } from './create-page.ts';
import { nextPageState, type PageEvent, type PageState } from './page-state.ts';

const after = (...events: PageEvent[]): string =>
  events.reduce<PageState>((state, event) => nextPageState(state, event), { name: 'away' }).name;

describe('the sign of life of a preview (UX-11)', () => {
  it.each<[string, PageEvent[]]>([
    ['away', ['spoke', 'painted', 'loaded']],
    ['waiting', ['sent']],
    ['waiting', ['sent', 'starting', 'loaded']],
    ['loading', ['sent', 'starting', 'loaded', 'spoke']],
    ['loading', ['sent', 'spoke', 'loaded']],
    ['shown', ['sent', 'spoke', 'painted']],
    ['shown', ['sent', 'loaded']],
    ['loading', ['sent', 'spoke', 'painted', 'spoke']],
    ['away', ['sent', 'spoke', 'painted', 'taken']],
  ])('UX-11 is "%s" after %j', (name, events) => {
    expect(after(...events)).toBe(name);
  });
});

describe('what is typed into the address bar (UX-11)', () => {
  it.each([
    ['/a?b#c', '/a?b#c'],
    ['a/b', '/a/b'],
    ['', '/'],
    ['http://elsewhere.example/x?y', '/x?y'],
    ['//elsewhere.example/x', '/x'],
    ['javascript:alert(1)', '/'],
    ['data:@elsewhere.example/', '/'],
    ['http://[', '/'],
  ])('UX-11 "%s" stays on the preview’s own origin', (typed, path) => {
    const origin = 'http://5173--abc.slipway.localhost:4000';
    const address = new URL(addressBelow(`${origin}/`, typed));
    expect(address.origin).toBe(origin);
    expect(address.pathname + address.search + address.hash).toBe(path);
  });
});
