import { parse } from 'acorn';
import { describe, expect, it } from 'vitest';
import { guardScript, ScriptTimeouts } from './script-timeout.ts';

/** A clock that goes on by a millisecond with every look. */
function ticking(): ScriptTimeouts {
  let now = 0;
  return new ScriptTimeouts(() => now++);
}

function run(source: string, timeouts = ticking(), timeoutMs = 50): unknown {
  const guarded = guardScript(source, parse, '__limit') ?? source;
  return timeouts.run(timeoutMs, (guard) =>
    (new Function('__limit', 'source', 'return eval(source)') as (guard: () => void, source: string) => unknown)(
      guard,
      guarded,
    ),
  );
}

const timedOut = { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT', message: 'Script execution timed out after 50ms' };

describe('a script with a timeout', () => {
  it.each([
    'while (true);',
    'for (;;) {}',
    'do 1; while (true)',
    'label: for (;;) continue label;',
    'for (const x of (function* () { for (;;) yield 1; })());',
    'const f = () => { "use strict"; return 1; }; for (;;) f();',
    'while (true) try { for (;;); } catch { 0 }',
    'function g() { g.n = 1; } for (;;) g()',
  ])('is stopped: %s', (source) => {
    expect(() => run(source)).toThrow(expect.objectContaining(timedOut));
  });

  it('that caught the end of its time ends with it all the same', () => {
    expect(() => run('try { for (;;); } catch { 1 }')).toThrow(expect.objectContaining(timedOut));
  });

  it.each<[string, unknown]>([
    ['1 + 1', 2],
    ['let n = 0; for (let i = 0; i < 9; i++) n += i; n', 36],
    ['for (const x of [1, 2]) x', 2],
    ['var n = 3; while (n) n--; n', 0],
    ['(function () { "use strict"; return this === undefined; })()', true],
    ['(() => { let s = 0; for (const k in { a: 1, b: 2 }) s += k.length; return s })()', 2],
  ])('has the value it has without: %s', (source, value) => {
    expect(run(source, ticking(), 100_000)).toBe(value);
  });

  it('is stopped by the time of the script around it', () => {
    const timeouts = ticking();
    expect(() => timeouts.run(50, () => run('for (;;);', timeouts, 100_000))).toThrow(
      expect.objectContaining(timedOut),
    );
  });

  it('leaves functions behind that run free', () => {
    const f = run('(n) => { for (let i = 0; i < n; i++); return n; }') as (n: number) => number;
    expect(f(100_000)).toBe(100_000);
  });
});
