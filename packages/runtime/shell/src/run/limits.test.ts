/** What an embedder forbids the people at its terminal: `jsh --no-redirects --allow-commands a,b`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestContainer } from '../testing/test-container.ts';

describe('a restricted jsh', { timeout: 60_000 }, () => {
  let container: TestContainer;
  beforeAll(async () => {
    container = await TestContainer.start();
  });
  afterAll(() => container.stop());

  const jsh = async (flags: readonly string[], script: string) =>
    await container.run(['/bin/jsh', ...flags, '-c', script]);

  it('DI-06 --no-redirects: no redirection opens a file, whoever asks; descriptors, pipes and texts go on', async () => {
    const refused = [
      'echo x > f',
      'echo x >> f',
      'echo x >| f',
      'cat < /etc/none',
      ': <> f',
      'echo x &> f',
      'echo x >& f',
      '{ echo x; } > f',
      '(echo x > f)',
      'exec > f; echo x',
      'eval "echo x > f"',
      'f() { echo x; } > f; f',
      'true | { echo x > f; }',
      'echo $(echo x > f)',
      '{ echo x > f; } & wait $!',
      'command echo x > f',
      'echo "echo x > f" | xargs -0 -I{} echo ok > f',
    ];
    for (const script of refused) {
      const { stderr } = await jsh(['--no-redirects'], script);
      expect(stderr, script).toContain('redirects are turned off here');
    }
    expect((await jsh([], 'ls')).stdout).toBe('');
    const allowed = await jsh(
      ['--no-redirects'],
      'echo err >&2; cat <<E | tr a-z A-Z\nhere $(echo sub)\nE\nls /no 2>&1',
    );
    expect(allowed).toMatchObject({
      stdout: "HERE SUB\nls: cannot access '/no': No such file or directory\n",
      stderr: 'err\n',
    });
  });

  it('DI-06 --allow-commands: nothing else runs, by no way of the language', async () => {
    const flags = ['--allow-commands', 'echo, seq'];
    const refusals = [
      'ls',
      '/bin/ls',
      'pwd',
      'command ls',
      'exec ls',
      'eval ls',
      'seq 1 | cat',
      'cat | seq 1',
      'ls & wait $!',
      'echo $(ls)',
      'alias echo=ls; eval echo',
      'f() { ls; }; f',
      'trap ls EXIT',
      'sh -c ls',
      './echo',
      '(ls)',
    ];
    for (const script of refusals) {
      const { stderr, stdout } = await jsh(flags, script);
      expect(stderr, script).toMatch(/jsh: command not allowed: \S+ \(allowed here: echo, seq\)/);
      expect(stdout, script).not.toContain('bin');
    }
    // The same names elsewhere are not the same commands.
    for (const script of ['PATH=/tmp echo x', 'export PATH=/tmp', 'f() { local PATH=/tmp; seq 1; }; f', 'unset PATH'])
      expect((await jsh(flags, script)).stderr, script).toMatch(/PATH: is read only/);
    expect((await jsh(flags, 'SLIPWAY_SUBSHELL="{}" seq 1')).stderr).toContain('SLIPWAY_SUBSHELL: is read only');
    expect(await jsh(flags, 'cd /usr; x=2; for n in $(seq $x); do echo "$n"; done | seq 3 | read a; echo ok')).toEqual({
      stdout: 'ok\n',
      stderr: '',
      code: 0,
      signal: null,
    });
    expect((await jsh(['--allow-commands='], 'echo x')).stderr).toContain('(allowed here: none)');
  });

  it('DI-06 both together at a terminal with --osc; a flag without its list, and flags of jsh given to sh, are refused', async () => {
    const session = container.openTerminal(['/bin/jsh', '--osc', '--no-redirects', '--allow-commands', 'echo']);
    let at = await session.until('\x1b]654;prompt\x07', await session.until('\x1b]654;interactive\x07'));
    session.type('ls\r');
    at = await session.until('command not allowed: ls', at);
    at = await session.until('\x1b]654;exit=-1:126\x07', at);
    session.type('echo x > f\r');
    at = await session.until('redirects are turned off here', await session.until('\x1b]654;prompt\x07', at));
    session.type('echo fine\r');
    at = await session.until('fine\r\n\x1b]654;exit=-3:0\x07', at);
    session.type('\x04');
    expect(await session.exit).toMatchObject({ code: 0 });
    expect(await container.run(['/bin/jsh', '--allow-commands'])).toMatchObject({ code: 2 });
    for (const name of ['sh', 'bash'])
      expect((await container.run([`/bin/${name}`, '--no-redirects', '-c', 'true'])).stderr).toContain(
        'Illegal option',
      );
  });
});

describe('a command that is not in the image', { timeout: 60_000 }, () => {
  let container: TestContainer;
  beforeAll(async () => {
    container = await TestContainer.start();
  });
  afterAll(() => container.stop());

  it('DI-08 of POSIX is refused by name with a reason at the prompt, and is missing as anywhere for a script', async () => {
    const run = await container.run(['/bin/jsh', '-c', 'bc; vi; patch; toString; nosuch']);
    expect(run.stderr).toBe(
      [
        'jsh: command not found: bc (not in this container: use node -p)',
        'jsh: command not found: vi (not in this container: use nano)',
        'jsh: command not found: patch (not in this container: edit with sed -i or nano)',
        'jsh: command not found: toString',
        'jsh: command not found: nosuch',
        '',
      ].join('\n'),
    );
    expect(await container.sh('command -v bc || bc')).toMatchObject({ stderr: 'sh: 1: bc: not found\n', code: 127 });
  });
});
