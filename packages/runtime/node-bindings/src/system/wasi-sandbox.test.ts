import fs, { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WasiSandbox } from './wasi-sandbox.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'wasi-sandbox-')));
  mkdirSync(join(folder, 'in/sub'), { recursive: true });
  writeFileSync(join(folder, 'out.txt'), 'out');
  writeFileSync(join(folder, 'in/sub/a.txt'), 'a');
  symlinkSync('./a.txt', join(folder, 'in/sub/near'));
  symlinkSync('../../out.txt', join(folder, 'in/sub/escape'));
  symlinkSync('loop', join(folder, 'in/loop'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('what a WASI guest can open', () => {
  const open = (path: string, follows: boolean): string => {
    const sandbox = new WasiSandbox(fs, [join(folder, 'in')]);
    sandbox.followsLast = follows;
    try {
      const fd = sandbox.fs.openSync(join(folder, 'in', path), 0, 0) as number;
      const text = fs.readFileSync(fd, 'utf8');
      fs.closeSync(fd);
      return text;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it('is what lies in its directories, also behind links', () => {
    expect([open('sub/a.txt', false), open('sub/near', true)]).toEqual(['a', 'a']);
  });
  it('is nothing outside, neither by dots nor by links', () => {
    expect([open('../out.txt', true), open('sub/../../out.txt', false), open('sub/escape', true)]).toEqual([
      'ENOTCAPABLE',
      'ENOTCAPABLE',
      'ENOTCAPABLE',
    ]);
  });
  it('is no link where links are not to be followed, and no circle', () => {
    expect([open('sub/near', false), open('loop', true), open('sub/missing', true)]).toEqual([
      'ELOOP',
      'ELOOP',
      'ENOENT',
    ]);
  });
});
