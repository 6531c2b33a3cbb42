import { expect, it } from 'vitest';
import { parseConflicts, settleConflict } from './conflict-regions.ts';

const TEXT = `top
<<<<<<< HEAD
mine
||||||| base
old
=======
yours
and more
>>>>>>> side
between
<<<<<<< HEAD
=======
only theirs
>>>>>>> side
<<<<<<< no end
`;

it('HI-08 a text with markers is taken apart, and each conflict is settled alone', () => {
  expect(parseConflicts(TEXT)).toEqual([
    { name: 'same', text: 'top\n' },
    { name: 'conflict', ours: 'mine\n', theirs: 'yours\nand more\n', labels: ['HEAD', 'side'] },
    { name: 'same', text: 'between\n' },
    { name: 'conflict', ours: '', theirs: 'only theirs\n', labels: ['HEAD', 'side'] },
    { name: 'same', text: '<<<<<<< no end\n' },
  ]);
  const first = settleConflict(TEXT, 0, 'both');
  expect(first.startsWith('top\nmine\nyours\nand more\nbetween\n<<<<<<< HEAD\n')).toBe(true);
  expect(settleConflict(first, 0, 'theirs')).toBe('top\nmine\nyours\nand more\nbetween\nonly theirs\n<<<<<<< no end\n');
  expect(settleConflict(TEXT, 1, 'ours')).toBe(`${TEXT.split('<<<<<<< HEAD\n=')[0] ?? ''}<<<<<<< no end\n`);
  expect(parseConflicts('a\r\n<<<<<<< x\r\nb\r\n=======\r\nc\r\n>>>>>>> y\r\n').length).toBe(2);
  expect(parseConflicts('')).toEqual([]);
});
