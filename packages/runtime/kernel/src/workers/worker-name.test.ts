import { describe, expect, it } from 'vitest';
import { nameOfProcess, wantsInspection } from './worker-name.ts';

describe('the name of a worker', () => {
  it('UX-19 is the pid and the command line, on one line of limited length', () => {
    expect(nameOfProcess(12, ['/usr/local/bin/node', 'server.js', '--port', '80'])).toBe('12 node server.js --port 80');
    expect(nameOfProcess(3, ['node', '-e', 'a;\n  b;'])).toBe('3 node -e a; b;');
    const long = nameOfProcess(4, ['node', 'x'.repeat(1_000_000)]);
    expect(long).toHaveLength(100);
    expect(long.endsWith('x…')).toBe(true);
    expect(nameOfProcess(5, [])).toBe('5 ');
  });

  it('UX-19 is given to who is started with --inspect, in whatever way that is said', () => {
    for (const argv of [
      ['--inspect'],
      ['--inspect-brk', 'a.js'],
      ['--inspect=0.0.0.0:9', 'a'],
      ['-r', 'x', '--inspect-wait'],
    ])
      expect(wantsInspection(['node', ...argv], {})).toBe(true);
    expect(wantsInspection(['node', 'a.js'], { NODE_OPTIONS: '--max-old-space-size=1 --inspect' })).toBe(true);
    for (const argv of [[], ['a.js', '--inspect'], ['--', '--inspect'], ['-e', '1', 'b', '--inspect'], ['--inspector']])
      expect(wantsInspection(['node', ...argv], { NODE_OPTIONS: '--no-warnings' })).toBe(false);
  });
});
