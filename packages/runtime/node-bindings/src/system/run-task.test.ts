import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { escapeForShell } from './run-task.ts';

describe('escapeForShell', () => {
  it.each(['', 'plain', 'a b', "it's", '"q"', '$HOME', '`x`', 'a;b&c|d', '*?~#', '\\', 'line\nbreak', '--flag=1'])(
    'gives sh back the very word: %j',
    (word) => {
      expect(execFileSync('/bin/sh', ['-c', `printf %s ${escapeForShell(word)}`], { encoding: 'utf8' })).toBe(word);
    },
  );
});
