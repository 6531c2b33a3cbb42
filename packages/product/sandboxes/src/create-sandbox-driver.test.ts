import { describe, expect, it } from 'vitest';
import { checkCapture, createSandboxDriver, type DriverNeeds } from './create-sandbox-driver.ts';
import { HeartbeatMonitor } from './heartbeat.ts';
import type { MachineEnd, MachineKind, SandboxFile, SandboxMachine } from './sandbox-machine.ts';
import { configOf, makeCheckpoints } from './testing/describe-sandbox-driver.ts';
import { ManualClock } from './testing/manual-clock.ts';

/** Machines that do what the test says, and write down what is done to them. */
function scripted(script: Partial<SandboxMachine> = {}, more: Partial<DriverNeeds> = {}) {
  const done: string[] = [];
  let die: (end: MachineEnd) => void = () => undefined;
  const machines: MachineKind = {
    kind: 'scripted',
    sweep: async (id) => void done.push(`sweep ${id}`),
    open: async () => {
      done.push('open');
      let over = false;
      const ended = new Promise<MachineEnd>((resolve) => (die = resolve));
      return {
        id: 'machine',
        connect: async () => undefined,
        configure: async () => undefined,
        run: () => new Promise(() => undefined),
        readFile: async () => new Uint8Array(),
        capture: async () => [],
        usage: async () => ({ cpuUsage: 1, memoryUsage: 2, diskUsage: 3 }),
        folder,
        ended,
        end: async () => {
          if (!over) done.push('end');
          over = true;
          die({ exitCode: null, problem: null });
        },
        ...script,
      };
    },
  };
  const clock = new ManualClock();
  const driver = createSandboxDriver({ machines, checkpoints: makeCheckpoints(), clock, ...more });
  return { driver, clock, done, die: (end: MachineEnd) => die(end) };
}
const folder: SandboxMachine['folder'] = {
  look: async () => [],
  cursor: async () => 0,
  list: async () => [],
  changes: async () => ({ cursor: 0, paths: [], all: false }),
  put: async () => true,
};
const nothing = { files: [], command: null };

describe('the verbs of sandboxes', () => {
  it('SB-01 leftovers are removed before there is anything new', async () => {
    const { driver, done } = scripted();
    await driver.create('a', configOf());
    await driver.create('a', configOf());
    expect(done).toEqual(['sweep a', 'open', 'end', 'sweep a', 'open']);
  });

  it('SB-02 without a control channel after 10 s it is destroyed and says so', async () => {
    const { driver, clock, done } = scripted({ connect: () => new Promise(() => undefined) });
    await driver.create('a', configOf());
    const starting = driver.start('a', nothing);
    const failed = expect(starting).rejects.toMatchObject({
      code: 'start-failed',
      message: expect.stringMatching(/^a failed to start: control channel not created: nothing came within 10000 ms$/),
    });
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(9_999);
    expect(done).not.toContain('end');
    await clock.advance(1);
    await failed;
    expect(done).toContain('end');
    expect(await driver.status('a')).toMatchObject({
      status: 'destroyed',
      problem: expect.stringMatching(/^failed to start: control channel not created/),
    });
    expect(clock.waiting).toBe(0);
  });

  it('SB-02 a configuration that fails destroys it too', async () => {
    const { driver } = scripted({ configure: () => Promise.reject(new Error('no memory')) });
    await driver.create('a', configOf());
    await expect(driver.start('a', nothing)).rejects.toThrow('a configuration failed: no memory');
    expect(await driver.status('a')).toMatchObject({
      status: 'destroyed',
      problem: 'configuration failed: no memory',
    });
  });

  it('SB-03 a process that dies is told as exited with its code, though nobody called stop', async () => {
    const { driver, die, done } = scripted();
    await driver.create('a', configOf());
    await driver.start('a', nothing);
    const run = driver.run('a', { command: 'sleep', args: [] });
    const told = expect(run).rejects.toThrow('a has ended: it was killed');
    die({ exitCode: 137, problem: 'it was killed' });
    await told;
    expect(await driver.status('a')).toMatchObject({ status: 'exited', exitCode: 137, problem: 'it was killed' });
    expect(done.at(-1)).toBe('end');
  });

  it('SB-04 destroy does not wait for a start that hangs', async () => {
    const { driver } = scripted({ connect: () => new Promise(() => undefined) });
    await driver.create('a', configOf());
    const starting = expect(driver.start('a', nothing)).rejects.toThrow('a failed to start');
    await new Promise((resolve) => setImmediate(resolve));
    expect(await driver.destroy('a')).toBe(true);
    await starting;
    expect(await driver.status('a')).toMatchObject({ status: 'destroyed' });
  });

  it('SB-04 destroy does not wait for a machine that does not open', async () => {
    let opened: () => void = () => undefined;
    const opening = new Promise<void>((resolve) => (opened = resolve));
    const machines: MachineKind = {
      kind: 'stuck',
      sweep: async () => undefined,
      open: (_id, _config, _watch, signal) => {
        opened();
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      },
    };
    const driver = createSandboxDriver({ machines, checkpoints: makeCheckpoints() });
    const creating = expect(driver.create('a', configOf())).rejects.toThrow('a has ended: it was destroyed');
    await opening;
    expect(await driver.destroy('a')).toBe(false);
    await creating;
  });

  it.each([
    [0, ['run', 'install', 'run']],
    [1, ['run', 'install']],
  ])('SB-06 what ran gets its packages before it runs again; an install that ends with %i', async (code, ran) => {
    const commands: string[] = [];
    const files: SandboxFile[] = [{ kind: 'file', path: 'package.json', mode: 0o644, bytes: Buffer.from('{}') }];
    const { driver } = scripted(
      {
        capture: async () => files,
        folder: { ...folder, look: async () => [{ kind: 'dir', path: 'node_modules', mode: 0o755 }] },
        run: ({ command }) => {
          commands.push(command);
          return command === 'install' ? Promise.resolve({ code, signal: null }) : new Promise(() => undefined);
        },
      },
      { install: (had) => (had === files ? { command: 'install', args: [] } : null) },
    );
    await driver.create('a', configOf());
    // The first start has what its owner gave it, and nothing more.
    await driver.start('a', { files, command: { command: 'run', args: [] } });
    await driver.checkpoint('a', 'one');
    await driver.restore('a', 'one');
    await expect.poll(() => commands).toEqual(ran);
  });

  it('RC-03 HB-02 a checkpoint is progress: a task that takes one in time is not stuck', async () => {
    let monitor: HeartbeatMonitor | undefined;
    const { driver, clock } = scripted({}, { progress: () => monitor?.progress() });
    await driver.create('a', configOf());
    await driver.start('a', nothing);
    let stalls = 0;
    monitor = new HeartbeatMonitor({
      taskId: 'a',
      totalSteps: 1,
      clock,
      measure: async () => (await driver.usage('a'))!,
      onTimeout: () => void stalls++,
      onProblem: (problem) => expect.unreachable(String(problem)),
    });
    await clock.advance(89_000);
    expect(await driver.checkpoint('a', 'one')).toBe(true);
    await clock.advance(89_000);
    expect(stalls).toBe(0);
    await clock.advance(1_000);
    expect(stalls).toBe(1);
    monitor.stop();
    expect(clock.waiting).toBe(0);
  });

  it('SB-05 a checkpoint has limits, and says what to do', () => {
    const file = { kind: 'file', path: 'a', mode: 0o644, bytes: new Uint8Array(10) } as const;
    expect(() => checkCapture([file, file], { files: 1, bytes: 100 })).toThrow(/more than 1 files; delete/);
    expect(() => checkCapture([file, file], { files: 5, bytes: 19 })).toThrow(/more than 19 bytes; delete/);
    expect(checkCapture([file], { files: 1, bytes: 10 })).toBeUndefined();
  });
});
