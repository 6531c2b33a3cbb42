import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestContainer, type TerminalSession } from '../testing/test-container.ts';

const PROMPT = '❯\x1b[0m ';
const mark = (text: string): string => `\x1b]654;${text}\x07`;

describe('a shell at a terminal', { timeout: 60_000 }, () => {
  let container: TestContainer;
  let session: TerminalSession;
  beforeAll(async () => {
    container = await TestContainer.start();
  });
  afterAll(() => container.stop());

  const open = async (argv = ['/bin/jsh'], env = {}): Promise<number> => {
    session = container.openTerminal(argv, { env });
    return session.until(PROMPT);
  };
  /** Types a line; resolves with what is shown up to the next prompt. */
  const enter = async (line: string, from: number): Promise<{ text: string; at: number }> => {
    session.type(`${line}\r`);
    // The line itself is drawn first, then the command runs, then the prompt comes.
    const shown = await session.until('\n', await session.until(line, from));
    const at = await session.until(PROMPT, shown);
    return { text: session.text().slice(shown, at), at };
  };
  const close = async (): Promise<unknown> => {
    session.type('\x04');
    return session.exit;
  };

  it('shows the path and an arrow, runs a command, says when one is missing', async () => {
    const at = await open();
    expect(session.text()).toContain('/work');
    const first = await enter('echo one two', at);
    expect(first.text).toMatch(/^one two\r\n/);
    const second = await enter('nosuch', first.at);
    expect(second.text).toMatch(/^jsh: command not found: nosuch\r\n/);
    const third = await enter('cd /usr && pwd; echo $?', second.at);
    expect(third.text).toMatch(/^\/usr\r\n0\r\n/);
    expect(await close()).toEqual({ code: 0, signal: null });
  });

  it('edits with arrows, kills, words and history', async () => {
    let at = await open();
    session.type('echo wrong\x15');
    session.type('ech x');
    session.type('\x1b[D\x1b[Do\x05yz\r');
    at = await session.until('xyz\r\n', at);
    at = await session.until(PROMPT, at);
    session.type('echo a b\x17c\r');
    at = await session.until('a c\r\n', at);
    at = await session.until(PROMPT, at);
    session.type('\x1b[A\x1b[A\r');
    at = await session.until('xyz\r\n', at);
    at = await session.until(PROMPT, at);
    session.type('\x12a c\r');
    at = await session.until('\na c\r\n', at);
    await close();
    const history = await container.sh('cat /home/.sh_history');
    expect(history.stdout).toContain('echo xyz\necho a c\n');
  });

  it('completes commands, paths and npm scripts', async () => {
    await container.sh(
      `mkdir -p sub; touch sub/alpha sub/alpine 'sub/b c'; echo '{"scripts":{"dev":"x","build":"y"}}' > package.json`,
    );
    let at = await open();
    session.type('ech\tdone\r');
    at = await session.until('\ndone\r\n', at);
    at = await session.until(PROMPT, at);
    session.type('echo su\tb\t\r');
    at = await session.until('\nsub/b c\r\n', at);
    at = await session.until(PROMPT, at);
    session.type('echo sub/a\t\t\t');
    at = await session.until(/alpha +alpine/, at);
    session.type('ha\r');
    at = await session.until('\nsub/alpha\r\n', at);
    at = await session.until(PROMPT, at);
    session.type('echo npm run; : npm run d\t\r');
    await session.until(PROMPT, at);
    await close();
  });

  it('asks for more lines while a command is not complete', async () => {
    let at = await open();
    session.type('for i in 1 2\r');
    at = await session.until('> ', at);
    session.type('do echo "n$i"\r');
    at = await session.until('> ', at);
    session.type('done\r');
    at = await session.until('n1\r\nn2\r\n', at);
    at = await session.until(PROMPT, at);
    session.type("echo 'a\rb'\r");
    at = await session.until('\na\r\nb\r\n', at);
    await close();
  });

  it('gives ^C to what runs and survives it', async () => {
    let at = await open();
    session.type('sleep 1000; echo no\r');
    at = await waitForProcess('sleep', at);
    session.type('\x03');
    at = await session.until(PROMPT, at);
    const after = await enter('echo code $?', at);
    expect(after.text).toMatch(/^code 130\r\n/);
    session.type('echo go; while :; do :; done\r');
    at = await session.until('\ngo\r\n', after.at);
    session.type('\x03');
    at = await session.until(PROMPT, at);
    session.type('echo half\x03');
    at = await session.until('^C', at);
    at = await session.until(PROMPT, at);
    const last = await enter('echo alive', at);
    expect(last.text).toMatch(/^alive\r\n/);
    await close();
  });

  const waitForProcess = async (name: string, at: number): Promise<number> => {
    while (!container.kernel.processes().some((process) => process.argv[0] === name && process.state === 'running'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    return Math.max(at, session.text().length);
  };

  it('lets a foreground program read the terminal in cooked mode', async () => {
    let at = await open();
    session.type('cat\r');
    at = await waitForProcess('cat', at);
    session.type('typed\x7fd\r');
    at = await session.until('\ntyped\r\n', at);
    session.type('\x04');
    at = await session.until(PROMPT, at);
    expect(session.text()).toContain('typed\b \bd\r\ntyped\r\n');
    await close();
  });

  it('keeps jobs: the number, the list, the end', async () => {
    const at = await open();
    const started = await enter('sleep 1000 & sleep 2000 &', at);
    expect(started.text).toMatch(/\[1\] \d+\r\n\[2\] \d+\r\n/);
    const listed = await enter('jobs', started.at);
    expect(listed.text).toMatch(/\[1\] - Running +sleep 1000\r\n\[2\] \+ Running +sleep 2000\r\n/);
    const killed = await enter('kill %1; wait %1; echo $?', listed.at);
    expect(killed.text).toContain('143\r\n');
    session.type('fg %2\r');
    let next = await session.until('sleep 2000\r\n', await session.until('fg %2', killed.at));
    session.type('\x03');
    next = await session.until(PROMPT, next);
    const empty = await enter('jobs; echo none', next);
    expect(empty.text).toMatch(/^none\r\n/);
    await close();
  });

  it('tells the embedder of prompts and exit codes with --osc', async () => {
    session = container.openTerminal(['/bin/jsh', '--osc']);
    let at = await session.until(mark('interactive'));
    at = await session.until(mark('prompt'), at);
    session.type('false\n');
    at = await session.until(mark('pid=-1'), at);
    at = await session.until(mark('exit=-1:1'), at);
    at = await session.until(mark('prompt'), at);
    session.type('echo hi | cat\n');
    at = await session.until(`${mark('pid=-2')}hi\r\n`, at);
    at = await session.until(mark('exit=-2:0'), at);
    at = await session.until(mark('prompt'), at);
    // As apps do before each command of theirs.
    session.type('\x03');
    at = await session.until(mark('prompt'), at);
    session.type('exit 3\n');
    await session.until(mark('exit=-3:3'), at);
    expect(await session.exit).toEqual({ code: 3, signal: null });
  });

  it('draws wide characters and wraps at the edge of the window', async () => {
    session = container.openTerminal(['/bin/jsh'], { env: { PS1: '> ', TERM: 'dumb' } }, 20, 5);
    let at = await session.until('> ');
    session.type('echo 日本語の文字列です');
    at = await session.until('です', at);
    session.terminal.resize(40, 5);
    session.type('\x7f\x01\x05!\r');
    at = await session.until('\n日本語の文字列で!\r\n', at);
    await close();
  });
});
