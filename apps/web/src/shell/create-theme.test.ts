import { expect, it } from 'vitest';
import { parseThemeChoice } from './create-theme.ts';

it.each([
  ['light', 'light'],
  ['dark', 'dark'],
  ['system', 'system'],
  [null, 'system'],
  ['neon', 'system'],
  [7, 'system'],
])('the stored theme %j is %s', (stored, choice) => expect(parseThemeChoice(stored)).toBe(choice));
