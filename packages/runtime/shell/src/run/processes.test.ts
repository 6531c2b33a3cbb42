import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestContainer } from '../testing/test-container.ts';

describe('a shell and its processes', { timeout: 60_000 }, () => {
  let container: TestContainer;
  beforeAll(async () => {
    container = await TestContainer.start();
  });
  afterAll(() => container.stop());

  const waitForProcess = async (test: (argv: readonly string[]) => boolean): Promise<number> => {
    for (;;) {
      const found = container.kernel.processes().find((process) => process.state === 'running' && test(process.argv));
      if (found !== undefined) return found.pid;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  it('says what is missing as dash does', async () => {
    expect(await container.sh('foo')).toEqual({
      stdout: '',
      stderr: 'sh: 1: foo: not found\n',
      code: 127,
      signal: null,
    });
    expect(await container.sh('\n\n/no/such')).toMatchObject({ stderr: 'sh: 3: /no/such: not found\n', code: 127 });
    expect(await container.sh('/etc')).toMatchObject({ stderr: 'sh: 1: /etc: Permission denied\n', code: 126 });
    expect(await container.run(['/bin/jsh', '-c', 'foo'])).toMatchObject({
      stderr: 'jsh: command not found: foo\n',
      code: 127,
    });
    expect(await container.sh('cat < nofile')).toMatchObject({
      stderr: 'sh: 1: cannot open nofile: No such file\n',
      code: 2,
    });
    expect(await container.sh('echo a; if')).toMatchObject({
      stderr: 'sh: 1: Syntax error: end of file unexpected\n',
      code: 2,
    });
  });

  it('runs files: by name, by #!, without one', async () => {
    await container.sh(
      `mkdir bin; printf '#!/bin/sh\\necho "script $1 $0"\\n' > bin/s; printf 'echo plain $1\\n' > bin/p; chmod +x bin/s bin/p; printf '#!/usr/bin/env sh\\necho enved\\n' > bin/e; chmod +x bin/e; printf 'x' > bin/n; printf '\\000\\001' > bin/b; chmod +x bin/b`,
    );
    expect(
      await container.sh('bin/s a; bin/p b; bin/e; PATH=bin:$PATH s c; bin/n; echo $?; bin/b; echo $?'),
    ).toMatchObject({
      stdout: 'script a /work/bin/s\nplain b\nenved\nscript c /work/bin/s\n126\n126\n',
      stderr: 'sh: 1: bin/n: Permission denied\nsh: 1: bin/b: Exec format error\n',
    });
  });

  it('ends as the last command does, signals too', async () => {
    expect(await container.sh('sh -c "kill -9 \\$\\$"; echo $?')).toMatchObject({
      stdout: '137\n',
      stderr: 'Killed\n',
    });
    expect(await container.sh('sh -c "kill -TERM \\$\\$"')).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it('gives a signal on to the program that took its place', async () => {
    const result = container.sh(
      'env sh -c "trap \'echo got; exit 9\' TERM; echo up > started; while :; do sleep 0.01; done"',
    );
    const inner = await waitForProcess((argv) => argv[0] === 'sh' && argv[2]?.startsWith('trap') === true);
    while (container.fs.lookup('/work/started', true) < 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const outer = container.kernel.processes().find((process) => process.pid === inner)?.ppid ?? 0;
    container.kernel.kill(outer, 'SIGTERM');
    expect(await result).toEqual({ stdout: 'got\n', stderr: '', code: 9, signal: null });
  });

  it('runs a trap when a foreground command has ended, and at once in wait', async () => {
    expect(
      await container.sh(`trap 'echo trapped' USR1; sh -c "kill -USR1 $$; sleep 0.05; echo child"; echo after`),
    ).toMatchObject({ stdout: 'child\ntrapped\nafter\n' });
    expect(
      await container.sh(
        `trap 'echo trapped' USR1; sleep 1000 & p=$!; (sleep 0.05; kill -USR1 $$) & wait $p; echo $?; kill $p`,
      ),
    ).toMatchObject({ stdout: 'trapped\n138\n' });
  });

  it('does not keep a pipe open that nobody reads any more', async () => {
    expect(await container.sh('yes | head -1; echo $?')).toMatchObject({ stdout: 'y\n0\n' });
    expect(await container.sh('set -o pipefail; yes | head -1; echo $?')).toMatchObject({ stdout: 'y\n141\n' });
    expect(await container.sh('while :; do echo x; done | head -2')).toMatchObject({ stdout: 'x\nx\n' });
  });

  it('passes much more than a pipe holds', async () => {
    expect(
      await container.sh(
        'seq 100000 | cat | while read n; do l=$n; done; echo end; seq 100000 | wc -c; x=$(seq 50000); echo ${#x}',
      ),
    ).toMatchObject({ stdout: 'end\n588895\n288893\n' });
    expect(await container.sh(`x=$(head -c 200000 /dev/zero | tr '\\0' a); cat <<E | wc -c\n$x\nE`)).toMatchObject({
      stdout: '200001\n',
    });
    expect((await container.run(['cat'], { stdin: 'x'.repeat(300_000) })).stdout).toHaveLength(300_000);
  });

  it('lets two outputs of one command share a file', async () => {
    expect(
      await container.sh(
        'sh -c "echo out; echo err >&2; echo out2" > f 2>&1; (cat /etc/none; echo b; sh -c "echo c") >> f 2>/dev/null; { sh -c "echo d"; sh -c "echo e"; } > g; cat f g',
      ),
    ).toMatchObject({ stdout: 'out\nerr\nout2\nb\nc\nd\ne\n' });
  });

  it('reads its standard input as it comes, so that a program can drive it', async () => {
    expect(
      await container.run(['sh'], {
        stdin: 'echo a\nread x\nthe line\necho "[$x]"\nif true; then\necho b\nfi\nexit 5\n',
      }),
    ).toMatchObject({ stdout: 'a\n[]\nb\n', stderr: 'sh: 3: the: not found\n', code: 5 });
  });

  it('keeps everything a subshell does inside', async () => {
    const script =
      'x=1; f() { echo f1; }; cd /; { x=2; f() { echo f2; }; cd /usr; set -u; trap "echo t" EXIT; umask 077; exec 5>/dev/null; exit 3; } | cat; (x=4; cd /tmp; exec >/dev/null; echo lost); echo $x $(pwd) $(umask); f; trap; echo x >&5';
    expect(await container.sh(script)).toMatchObject({
      stdout: 't\n1 / 0022\nf1\n',
      stderr: 'sh: 1: 5: Bad file descriptor\n',
    });
  });

  it('hands functions, variables and options to subshells in other workers', async () => {
    const script = `set -f; v='a  b'; readonly r=R; n=nested; f() { for i in "$@"; do printf '<%s>' "$i" "$v"; done; }; set -- 'p 1' p2; f "$@" | cat; echo; { echo "$r" "$1" '*' * "$-" $$; } | sed "s/$$/PID/"; f x & wait; echo; alias hi='echo hello'\n{ eval 'hi you'; } | cat`;
    expect(await container.sh(script)).toMatchObject({
      stdout: '<p 1><a  b><p2><a  b>\nR p 1 * * f PID\n<x><a  b>\nhello you\n',
    });
  });

  it('ends what would never end', async () => {
    expect(await container.sh('f() { f; }; f')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('maximum function recursion depth'),
    });
    expect(await container.sh(`x='eval "$x"'; eval "$x"`)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Too deeply nested|recursion/),
    });
    expect(await container.sh('echo ' + '$(echo '.repeat(50) + 'x' + ')'.repeat(50))).toMatchObject({ stdout: 'x\n' });
    expect(await container.sh('x=xxxxxxxxxxxxxxxx; while :; do x=$x$x$x$x; done')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Out of space'),
    });
  });

  it('finds and ends processes by name', async () => {
    expect(
      await container.sh(
        'sleep 1234 & p=$!; sleep 4321 & [ "$(pgrep -f "sleep 1234")" = $p ] && echo found; pkill -f "sleep 1234"; wait $p; echo $?; pgrep -c sleep; killall sleep; wait; pgrep sleep; echo $?',
      ),
    ).toMatchObject({ stdout: 'found\n143\n1\n1\n' });
  });

  it('tells the embedder what to open', async () => {
    await container.sh('xdg-open http://localhost:3000; code src/a.ts:3');
    expect(container.events.filter((event) => event.type === 'xdg-open' || event.type === 'code')).toEqual([
      { type: 'xdg-open', args: ['http://localhost:3000'] },
      { type: 'code', args: ['open', { files: [{ filepath: '/work/src/a.ts', line: 3 }] }] },
    ]);
  });

  it('follows a growing file', async () => {
    expect(
      await container.sh(
        'echo a > log; tail -f log > out & p=$!; until grep -qs a out; do :; done; echo b >> log; until grep -q b out; do :; done; kill $p; cat out',
      ),
    ).toMatchObject({ stdout: 'a\nb\n' });
  });

  it('leaves nothing behind', async () => {
    await container.sh('x=$(ls | cat); cat <<E | tr a b\na\nE\n(sleep 0.01 &); wait');
    const settled = (): boolean =>
      container.kernel.accounting().processes === 0 && container.kernel.accounting().channels === 0;
    for (let turn = 0; turn < 500 && !settled(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect([container.kernel.processes(), container.kernel.accounting()]).toMatchObject([[], { channels: 0 }]);
    expect((await container.sh('ls -A /tmp')).stdout).toBe('');
  });
});
