import { Errno } from '@slipway/posix';
import { describe, expect, it } from 'vitest';
import { nextId } from './memory/control-page.ts';
import { Ring } from './memory/ring.ts';
import { takeSignals } from './memory/reply-page.ts';
import { FakeContainer, type FakeWorker, requestOf, settled } from './testing/fake-host.ts';

const exited = (code: number): object => ({ type: 'exit', status: { code, signal: null } });

/** A child of `parent`: its worker and pid. */
function spawn(container: FakeContainer, parent: FakeWorker, request: object = {}): { child: FakeWorker; pid: number } {
  const answer = parent.ask({ type: 'spawn', request: { ...requestOf('node'), ...request } });
  const { errno, pid } = answer as { errno: number; pid: number };
  if (errno < 0) throw new Error(`Cannot spawn: errno ${errno}`);
  const child = container.last();
  child.say({ type: 'ready' });
  return { child, pid };
}

describe('processes', () => {
  it('start with what execve(2) found, and tell the host the lowest byte of their exit code', async () => {
    const container = new FakeContainer();
    const { worker, pid, exit } = container.run({ file: 'tool', argv: ['tool', '-v'] });
    expect(worker.start).toMatchObject({ pid, ppid: 1, program: 'node', argv: ['node', '/bin/tool', '-v'] });
    worker.say(exited(259));
    expect(await exit).toEqual({ code: 3, signal: null });
    expect(worker.ended).toBe(true);
    expect(container.kernel.accounting()).toMatchObject({ processes: 0, channels: 0, listeners: 0 });
  });

  it('are refused with the errno of what is missing', () => {
    const container = new FakeContainer({ slots: 2 });
    expect(container.kernel.start(requestOf('nowhere'))).toBe(Errno.ENOENT);
    expect(container.kernel.start({ ...requestOf('node'), cwd: '/gone' })).toBe(Errno.ENOENT);
    const { worker } = container.run();
    expect(worker.ask({ type: 'spawn', request: requestOf('node') })).toEqual({ errno: Errno.EAGAIN, pid: 0 });
  });

  it('tell a parent of their end by message, or are kept until it waits', () => {
    const container = new FakeContainer();
    const { worker } = container.run();
    const told = spawn(container, worker);
    told.child.say(exited(4));
    expect(worker.got.at(-1)).toEqual({ type: 'child-exit', pid: told.pid, status: { code: 4, signal: null } });
    const kept = spawn(container, worker, { reap: 'wait' });
    kept.child.say(exited(5));
    expect(container.kernel.processes().find(({ pid }) => pid === kept.pid)?.state).toBe('zombie');
    const answer = { errno: 0, pid: kept.pid, status: { code: 5, signal: null } };
    expect(worker.ask({ type: 'wait', pid: -1, hang: true })).toEqual(answer);
    expect(worker.ask({ type: 'wait', pid: -1, hang: true })).toMatchObject({ errno: Errno.ECHILD });
  });

  it('answer a wait that blocks when the child ends', () => {
    const container = new FakeContainer();
    const { worker } = container.run();
    const { child, pid } = spawn(container, worker, { reap: 'wait' });
    expect(worker.ask({ type: 'wait', pid, hang: false })).toEqual({ errno: 0, pid: 0, status: null });
    expect(worker.ask({ type: 'wait', pid, hang: true })).toBeUndefined();
    child.say(exited(6));
    expect(worker.ask({ type: 'wait', pid, hang: false })).toMatchObject({ errno: Errno.ECHILD });
    expect(container.kernel.accounting().processes).toBe(1);
  });

  it('live on when their parent is killed, and nobody keeps their zombies', () => {
    const container = new FakeContainer();
    const { worker, pid } = container.run();
    const kept = spawn(container, worker, { reap: 'wait' });
    const zombie = spawn(container, worker, { reap: 'wait' });
    zombie.child.say(exited(0));
    expect(container.kernel.kill(pid, 'SIGKILL')).toBe(0);
    expect(container.kernel.processes().map((info) => [info.pid, info.state])).toEqual([[kept.pid, 'running']]);
    kept.child.say(exited(0));
    expect(container.kernel.accounting().processes).toBe(0);
  });

  it('become another program under their own pid', () => {
    const container = new FakeContainer();
    const { worker, pid } = container.run();
    expect(worker.ask({ type: 'exec', request: requestOf('nowhere') })).toEqual({ errno: Errno.ENOENT });
    expect(worker.ask({ type: 'exec', request: requestOf('sh') })).toBeUndefined();
    expect(worker.ended).toBe(true);
    expect(container.last().start).toMatchObject({ pid, program: 'shell', argv: ['sh'] });
    expect(container.kernel.processes()).toMatchObject([{ pid, argv: ['sh'] }]);
  });

  it('give every slot back, however they ended', async () => {
    const container = new FakeContainer();
    const before = container.kernel.accounting();
    const { worker } = container.run();
    spawn(container, worker).child.fail('out of memory');
    spawn(container, worker).child.say(exited(1));
    worker.say(exited(0));
    await settled();
    expect(container.errors()).toEqual([expect.stringMatching(/^Process \d+ failed: out of memory$/)]);
    expect(container.kernel.accounting()).toEqual(before);
  });
});

describe('signals', () => {
  it('end who has no handler, reach who has one, and spare who ignores them by default', async () => {
    const container = new FakeContainer();
    const { worker, pid, exit } = container.run();
    worker.say({ type: 'signal-watch', signal: 'SIGTERM', on: true });
    expect(container.kernel.kill(pid, 'SIGTERM')).toBe(0);
    expect(worker.got.at(-1)).toEqual({ type: 'signal', signal: 'SIGTERM' });
    for (const signal of ['0', 'SIGWINCH', 'SIGSTOP']) expect(container.kernel.kill(pid, signal)).toBe(0);
    expect(container.kernel.kill(pid, 'SIGNOTHING')).toBe(Errno.EINVAL);
    expect(container.kernel.kill(pid, 'toString')).toBe(Errno.EINVAL);
    worker.say({ type: 'signal-watch', signal: 'SIGKILL', on: true });
    expect(container.kernel.kill(pid, 'SIGKILL')).toBe(0);
    expect(await exit).toEqual({ code: null, signal: 'SIGKILL' });
    expect(container.kernel.kill(pid, '0')).toBe(Errno.ESRCH);
  });

  it('reach a whole group, and the caller before its call returns', () => {
    const container = new FakeContainer();
    const { worker } = container.run();
    const leader = spawn(container, worker, { group: 'new-group' });
    const member = spawn(container, worker, { group: { join: leader.pid } });
    const other = spawn(container, worker, { group: 'new-session' });
    expect(worker.ask({ type: 'kill', pid: -leader.pid, signal: 'SIGINT' })).toEqual({ errno: 0 });
    expect([leader, member, other].map(({ child }) => child.ended)).toEqual([true, true, false]);
    expect(other.child.ask({ type: 'kill', pid: 0, signal: 'SIGTERM' })).toBeUndefined();
    expect([other.child.ended, worker.ended]).toEqual([true, false]);
  });

  it('end the wait of a shell, which is told by its page', () => {
    const container = new FakeContainer();
    const { worker, pid } = container.run({ file: 'sh', argv: ['sh'] });
    worker.say({ type: 'signal-watch', signal: 'SIGINT', on: true });
    spawn(container, worker, { reap: 'wait' });
    expect(worker.ask({ type: 'wait', pid: -1, hang: true })).toBeUndefined();
    container.kernel.kill(pid, 'SIGINT');
    expect(takeSignals(worker.boot.reply)).toBe(1 << 2);
    expect(worker.got.some(({ type }) => type === 'signal')).toBe(false);
  });
});

describe('pipes', () => {
  it('end when the last writer goes, and break when the last reader does', () => {
    const container = new FakeContainer();
    const { worker } = container.run();
    const id = nextId(worker.boot.control);
    const memory = Ring.allocate(1024);
    worker.say({ type: 'channel', id, rings: [memory, null], sides: [0, 1] });
    const end = { kind: 'channel', id, side: 0, rings: [null, null], as: 'pipe' };
    const { child, pid } = spawn(container, worker, { descriptors: [null, end] });
    expect(child.start.descriptors[1]).toMatchObject({ id, side: 0, rings: [memory, null] });
    worker.say({ type: 'channel-close', id, side: 0 });
    const ring = new Ring(memory, 5);
    expect([ring.ended, ring.broken]).toEqual([false, false]);
    container.kernel.kill(pid, 'SIGKILL');
    expect(ring.ended).toBe(true);
    worker.say({ type: 'channel-close', id, side: 1 });
    expect(ring.broken).toBe(true);
    expect(container.kernel.accounting().channels).toBe(0);
  });

  it('are passed on only by who holds them', () => {
    const container = new FakeContainer();
    const { worker } = container.run();
    const { worker: stranger } = container.run();
    const id = nextId(worker.boot.control);
    worker.say({ type: 'channel', id, rings: [Ring.allocate(64), null], sides: [0, 1] });
    const end = { kind: 'channel', id, side: 0, rings: [null, null], as: 'pipe' };
    const request = { ...requestOf('node'), descriptors: [end] };
    expect(stranger.ask({ type: 'spawn', request })).toEqual({ errno: Errno.EBADF, pid: 0 });
    expect(worker.ask({ type: 'spawn', request })).toMatchObject({ errno: 0 });
  });
});

describe('terminals', () => {
  it('send ^C to the foreground group, and obey only those who have them', () => {
    const container = new FakeContainer();
    const terminal = container.kernel.openTerminal({ columns: 80, rows: 24, crlf: true }, () => undefined);
    const shell = container.run({ file: 'sh', descriptors: [terminal.end] });
    const job = spawn(container, shell.worker, { group: 'new-group', descriptors: [terminal.end], foreground: true });
    const { worker: stranger } = container.run();
    const { id } = terminal.end;
    expect(stranger.ask({ type: 'foreground', channel: id, pgid: shell.pid })).toEqual({ errno: Errno.ENOTTY });
    expect(stranger.ask({ type: 'tty', channel: id, raw: true })).toEqual({ errno: Errno.ENOTTY });
    terminal.type(Uint8Array.of(3));
    expect([job.child.ended, shell.worker.ended]).toEqual([true, false]);
    expect(shell.worker.ask({ type: 'tty', channel: id, raw: true })).toEqual({ errno: 0 });
    expect(shell.worker.ask({ type: 'foreground', channel: id, pgid: shell.pid })).toEqual({ errno: 0 });
  });
});

describe('a port that is served on demand', () => {
  const connect = (worker: FakeWorker, port: number): void => {
    const channel = nextId(worker.boot.control);
    const rings = [Ring.allocate(), Ring.allocate()];
    worker.say({ type: 'connect', connection: channel, host: '127.0.0.1', port, channel, rings, secure: false });
  };

  it('TC-09 holds who connects until somebody listens, tells the first one, and is nobody’s preview', () => {
    const container = new FakeContainer({ demand: (port) => port === 5432 });
    const client = container.run().worker;
    connect(client, 5432);
    connect(client, 5432);
    const answers = client.got.filter(({ type }) => type === 'connected');
    expect(answers).toMatchObject([
      { errno: 0, starts: true },
      { errno: 0, starts: false },
    ]);
    connect(client, 5433);
    expect(client.got.at(-1)).toMatchObject({ type: 'connected', errno: Errno.ECONNREFUSED });
    const server = container.run().worker;
    server.ask({ type: 'listen', listener: nextId(server.boot.control), host: '::', port: 5432, bindOnly: false });
    expect(server.got.filter(({ type }) => type === 'accept')).toHaveLength(2);
    connect(client, 5432);
    expect(server.got.filter(({ type }) => type === 'accept')).toHaveLength(3);
    expect(container.events.filter(({ type }) => type === 'port')).toEqual([]);
    expect(container.kernel.listening()).toEqual([]);
  });

  it('TC-09 lets go of who waits when it cannot be served', () => {
    const container = new FakeContainer({ demand: () => true });
    const { worker } = container.run();
    connect(worker, 5432);
    container.kernel.refuse(5432);
    worker.say(exited(0));
    expect(container.kernel.accounting()).toMatchObject({ processes: 0, channels: 0, listeners: 0 });
  });
});
