import { describe, expect, it } from 'vitest';
import { actionOf, type TerminalKey } from './terminal-keys.ts';

/** `Control-Shift-c` as an event. */
function press(keys: string): TerminalKey {
  const parts = keys.split('-');
  return {
    key: parts.at(-1) ?? '',
    ctrlKey: parts.includes('Control'),
    metaKey: parts.includes('Meta'),
    shiftKey: parts.includes('Shift'),
    altKey: parts.includes('Alt'),
  };
}

describe('UX-10 a key in a terminal', () => {
  it.each([
    ['Control-c', 'browser', undefined],
    ['Control-v', 'browser', 'browser'],
    ['Control-Shift-C', 'copy', 'copy'],
    ['Control-Shift-V', 'browser', 'browser'],
    ['Control-Shift-F', 'find', 'find'],
    ['Control-Shift-ArrowUp', 'leave', 'leave'],
    ['Control-Shift-Home', 'start', 'start'],
    ['Control-Shift-End', 'end', 'end'],
    ['Control-f', undefined, undefined],
    ['Control-Alt-v', undefined, undefined],
    ['Meta-c', undefined, undefined],
    ['Tab', undefined, undefined],
    ['Escape', undefined, undefined],
  ])('UX-10 elsewhere: %s with a selection is %s, without %s', (keys, selected, plain) => {
    expect([actionOf(press(keys), false, true), actionOf(press(keys), false, false)]).toEqual([selected, plain]);
  });

  it.each([
    ['Meta-c', 'browser'],
    ['Meta-v', 'browser'],
    ['Meta-f', 'find'],
    ['Meta-Shift-f', 'find'],
    ['Meta-Shift-ArrowUp', 'leave'],
    ['Control-c', undefined],
    ['Control-v', undefined],
    ['Control-Shift-F', undefined],
  ])('UX-10 on a Mac: %s is %s', (keys, action) => {
    expect(actionOf(press(keys), true, true)).toBe(action);
  });
});
