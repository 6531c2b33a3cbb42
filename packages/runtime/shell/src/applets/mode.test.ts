import { expect, it, describe } from 'vitest';
import { runNative } from '../testing/native-shell.ts';
import { modeText, parseMask, parseMode, symbolicMask } from './mode.ts';

// The oracle is chmod(1) of the machine, on real files.

const MODES = [
  'u+x',
  'go-r',
  'a=r',
  '=',
  '+x',
  '-w',
  '=rx',
  'u=g',
  'g=u',
  'o=u-w',
  'u+rwx,go=',
  'ug+s',
  'u-s',
  'g+s',
  'o+t',
  '+t',
  'a+t',
  '-t',
  '=t',
  '+s',
  'o+s',
  'a+X',
  'u+X',
  'u=X',
  '+X',
  'u=rw,+X',
  'u+x-w',
  'u=rwx-x+s',
  'g=o,o=g',
  'a-x+X',
  'u=,g=u',
  'uo=g',
  '755',
  '0644',
  '4755',
  '7777',
  '0',
  '00644',
];
const BEFORE = ['644', '755', '4711', '2750'];

describe('modes', () => {
  it.each([
    ['022', 'file'],
    ['077', 'file'],
    ['022', 'directory'],
  ])('become what chmod makes of them, with a umask of %s, for a %s', async (umask, kind) => {
    // One file a case: each call of chmod costs a process.
    const cases = BEFORE.flatMap((before) => MODES.map((mode) => [before, mode] as const));
    const make = kind === 'file' ? 'touch' : 'mkdir';
    const script = BEFORE.map((before) => {
      const names = MODES.map((_, index) => `${before}-${index}`).join(' ');
      const changes = MODES.map((mode, index) => `chmod -- ${mode} ${before}-${index}`).join('\n');
      return `${make} ${names}; chmod 0${before.padStart(4, '0')} ${names}\n${changes}\nstat -c %a ${names}`;
    });
    const { stdout } = await runNative('dash', `umask ${umask}\n${script.join('\n')}`);
    const native = stdout.trimEnd().split('\n');
    expect(native).toHaveLength(cases.length);
    const different = cases.flatMap(([before, mode], at) => {
      const ours = parseMode(mode, parseInt(before, 8), kind === 'directory', parseInt(umask, 8))?.toString(8);
      return ours === native[at] ? [] : [{ before, mode, ours, native: native[at] }];
    });
    expect(different).toEqual([]);
  });

  it.each(['', 'x', 'u', 'u+z', '8', '77777777', 'u+r,', ',u+r', 'u r', 'u+ug', '-1', '0x7'])('%j is none', (mode) =>
    expect(parseMode(mode, 0o644, false)).toBeUndefined(),
  );

  it('X is x where somebody has it already, and for a directory', () => {
    expect([parseMode('a+X', 0o644, false), parseMode('a+X', 0o644, true), parseMode('a+X', 0o744, false)]).toEqual([
      0o644, 0o755, 0o755,
    ]);
  });
});

describe('umasks', () => {
  it('are what dash makes of them', async () => {
    const masks = ['022', '0', '777', 'u=rwx,g=rx,o=', 'g-w', 'a=rx', 'o+w', 'u=', '=r', 'go=u'];
    const script = masks.map((mask) => `umask 027; umask ${mask}; umask; umask -S`).join('\n');
    const { stdout } = await runNative('dash', script);
    const ours = masks.flatMap((mask) => {
      const value = parseMask(mask, 0o027)!;
      return [value.toString(8).padStart(4, '0'), symbolicMask(value)];
    });
    expect(ours).toEqual(stdout.trimEnd().split('\n'));
  });

  it.each(['', '8', '77777', 'rwx'])('%j is none', (mask) => expect(parseMask(mask, 0)).toBeUndefined());
});

it('ls shows every bit as the machine does', async () => {
  // Every value of each of the four groups, not each with each.
  const modes = Array.from({ length: 8 }, (_, bits) => [
    bits << 9,
    (bits << 9) | 0o111,
    (bits << 6) | 0o4000,
    (bits << 3) | 0o2000,
    bits | 0o1000,
    bits * 0o111,
  ]).flat();
  const names = modes.map((_, index) => `f${index}`).join(' ');
  const changes = modes.map((mode, index) => `chmod ${mode.toString(8)} f${index}`).join('\n');
  const { stdout } = await runNative('dash', `touch ${names}\n${changes}\nstat -c %A ${names}`);
  expect(modes.map((mode) => modeText(0o100000 | mode))).toEqual(stdout.trimEnd().split('\n'));
});

it.each([
  [0o040755, 'drwxr-xr-x'],
  [0o120777, 'lrwxrwxrwx'],
  [0o010644, 'prw-r--r--'],
  [0o020666, 'crw-rw-rw-'],
  [0o060660, 'brw-rw----'],
  [0o140755, 'srwxr-xr-x'],
  [0o041777, 'drwxrwxrwt'],
])('%i is %s', (mode, text) => expect(modeText(mode)).toBe(text));
