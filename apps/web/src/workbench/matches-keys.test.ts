import { describe, expect, it } from 'vitest';
import { type Keys, keysText, matchesKeys } from './matches-keys.ts';

const pressed = (key: string, ...held: ('ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey')[]): Keys => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...Object.fromEntries(held.map((name) => [name, true])),
});

describe('a key binding', () => {
  it.each([
    ['Mod-s', pressed('s', 'ctrlKey')],
    ['Mod-s', pressed('S', 'metaKey')],
    ['Mod-Shift-p', pressed('P', 'ctrlKey', 'shiftKey')],
    ['F5', pressed('F5')],
  ])('%s is %j', (binding, keys) => expect(matchesKeys(binding, keys)).toBe(true));

  it.each([
    ['Mod-s', pressed('s')],
    ['Mod-s', pressed('x', 'ctrlKey')],
    ['Mod-s', pressed('s', 'ctrlKey', 'altKey')],
    ['Mod-s', pressed('s', 'ctrlKey', 'shiftKey')],
    ['F5', pressed('F5', 'ctrlKey')],
  ])('%s is not %j', (binding, keys) => expect(matchesKeys(binding, keys)).toBe(false));

  it('is known by the place of its key where a held one changes the letter', () => {
    expect(matchesKeys('Alt-w', { ...pressed('∑', 'altKey'), code: 'KeyW' })).toBe(true);
    expect(matchesKeys('Mod-Shift-\\', { ...pressed('|', 'ctrlKey', 'shiftKey'), code: 'Backslash' })).toBe(true);
    expect(matchesKeys('Mod-z', { ...pressed('y', 'ctrlKey'), code: 'KeyZ' })).toBe(false);
  });

  it.each([
    ['Mod-Shift-p', 'Ctrl+Shift+P', '⌘⇧P'],
    ['Alt-PageDown', 'Alt+PageDown', '⌥PageDown'],
    ['F6', 'F6', 'F6'],
  ])('%s is read as %s, on a Mac as %s', (binding, text, macText) => {
    expect([keysText(binding, false), keysText(binding, true)]).toEqual([text, macText]);
  });
});
