import { CONTROL_VERSION, type ControlEvent, type ControlReply, type ControlRequest } from '@slipway/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlClient } from './control-client.ts';
import { listenForControl, offeredControl, offeredPort } from './control-offer.ts';

const LIMITS = { pendingRequests: 4, earlyBytes: 100, earlyMessages: 10, creditBytes: 1000 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let client: ControlClient;
/** The container's end. */
let container: MessagePort;
let requests: ControlRequest[];

beforeEach(() => {
  const { port1, port2 } = new MessageChannel();
  client = new ControlClient(port1, LIMITS);
  container = port2;
  requests = [];
  container.onmessage = ({ data }: MessageEvent<ControlRequest>) => void requests.push(data);
});
afterEach(() => {
  client.close();
  container.close();
});

const say = (message: unknown): void => container.postMessage(message);
const reply = (fields: Omit<Extract<ControlReply, { ok: true }>, 'type' | 'ok'>): void =>
  say({ type: 'reply', ok: true, ...fields });
const refuse = (id: number, code: string, message: string): void =>
  say({ type: 'reply', ok: false, id, code, message });
const output = (pid: number, text: string, stream: 'stdout' | 'stderr' = 'stdout'): void =>
  say({ type: 'output', pid, stream, chunk: bytes(text) } satisfies ControlEvent);
const exit = (pid: number, code: number | null, signal: string | null = null): void => {
  say({ type: 'exit', pid, code, signal } satisfies ControlEvent);
  say({ type: 'end', pid } satisfies ControlEvent);
};
const request = async (at: number): Promise<ControlRequest> => {
  await expect.poll(() => requests.length, { interval: 1 }).toBeGreaterThan(at);
  return requests[at]!;
};

/** A run that writes down what it hears. */
function startRun(): { heard: string[]; ended: ReturnType<ControlClient['run']> } {
  const heard: string[] = [];
  const ended = client.run(
    { command: 'node', args: ['a.js'] },
    {
      onStart: (pid) => heard.push(`pid ${pid}`),
      onOutput: (stream, chunk) => heard.push(`${stream} ${new TextDecoder().decode(chunk)}`),
    },
  );
  return { heard, ended };
}

describe('a run', () => {
  it('hears its own output, stdout and stderr apart, and its end', async () => {
    const { heard, ended } = startRun();
    const { id } = await request(0);
    reply({ id, pid: 7 });
    output(7, 'a');
    output(8, "another's");
    output(7, 'b', 'stderr');
    exit(7, null, 'SIGTERM');
    expect(await ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(heard).toEqual(['pid 7', 'stdout a', 'stderr b']);
  });

  it('loses nothing that was written before the reply named the pid, its end included', async () => {
    const { heard, ended } = startRun();
    const { id } = await request(0);
    output(7, 'early');
    output(9, "another's");
    exit(7, 3);
    reply({ id, pid: 7 });
    expect(await ended).toEqual({ code: 3, signal: null });
    expect(heard).toEqual(['pid 7', 'stdout early']);
  });

  it('fails when more came early than is kept: output with a hole is none', async () => {
    const many = startRun();
    const { id } = await request(0);
    for (let n = 0; n < LIMITS.earlyMessages + 1; n++) output(7, '');
    reply({ id, pid: 7 });
    await expect(many.ended).rejects.toMatchObject({ code: 'ENOBUFS' });
    const large = startRun();
    // The output of the first is closed: nobody takes it.
    expect([await request(1), await request(2)]).toMatchObject([
      { type: 'close', pid: 7, stream: 'stdout' },
      { type: 'close', pid: 7, stream: 'stderr' },
    ]);
    const second = await request(3);
    output(8, 'x'.repeat(LIMITS.earlyBytes + 1));
    reply({ id: second.id, pid: 8 });
    await expect(large.ended).rejects.toMatchObject({ code: 'ENOBUFS' });
    expect(large.heard).toEqual(['pid 8']);
  });

  it('is not spoiled by the flood of another process, nor is the next one by what came before it', async () => {
    const first = startRun();
    const { id } = await request(0);
    output(7, 'mine');
    output(99, 'x'.repeat(LIMITS.earlyBytes + 1));
    exit(7, 0);
    reply({ id, pid: 7 });
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(first.heard).toEqual(['pid 7', 'stdout mine']);
    const next = startRun();
    const second = await request(1);
    reply({ id: second.id, pid: 99 });
    exit(99, 0);
    expect(await next.ended).toEqual({ code: 0, signal: null });
    expect(next.heard).toEqual(['pid 99']);
  });

  it('a flood of pids ends in refusal as well', async () => {
    const { ended } = startRun();
    const { id } = await request(0);
    for (let pid = 1; pid <= 2 * LIMITS.earlyMessages + 2; pid++) output(pid, 'x'.repeat(LIMITS.earlyBytes + 1));
    reply({ id, pid: 1000 });
    await expect(ended).rejects.toMatchObject({ code: 'ENOBUFS' });
  });

  it('fails with the code of the container, and says what was run', async () => {
    const { ended } = startRun();
    refuse((await request(0)).id, 'ENOENT', 'no such program');
    await expect(ended).rejects.toMatchObject({
      name: 'ControlError',
      code: 'ENOENT',
      reason: 'no such program',
      message: 'Cannot run "node": no such program',
    });
  });

  it('fails when the reply has no pid', async () => {
    const { ended } = startRun();
    reply({ id: (await request(0)).id });
    await expect(ended).rejects.toMatchObject({ code: 'EPROTO' });
  });

  it('is over when what it wrote itself has come; a background job that has its pipes is not waited for', async () => {
    const { heard, ended } = startRun();
    reply({ id: (await request(0)).id, pid: 7 });
    say({ type: 'exit', pid: 7, code: 0, signal: null } satisfies ControlEvent);
    output(7, 'held back till now');
    say({ type: 'quiet', pid: 7 } satisfies ControlEvent);
    output(7, "a daemon's");
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(heard).toEqual(['pid 7', 'stdout held back till now']);
  });

  it('grants what its callback is done with, in halves of the window', async () => {
    const done: (() => void)[] = [];
    const ended = client.run(
      { command: 'node', args: [] },
      { onOutput: () => new Promise<void>((go) => done.push(go)) },
    );
    expect(await request(0)).toMatchObject({ type: 'run', credit: LIMITS.creditBytes });
    reply({ id: requests[0]!.id, pid: 7 });
    for (let n = 0; n < 4; n++) output(7, 'x'.repeat(250));
    await expect.poll(() => done.length).toBe(4);
    done[0]!();
    done[3]!();
    expect(await request(1)).toMatchObject({ type: 'grant', pid: 7, stream: 'stdout', bytes: 500 });
    exit(7, 0);
    let over = false;
    const watched = ended.finally(() => (over = true));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(over).toBe(false);
    done[1]!();
    done[2]!();
    expect(await watched).toEqual({ code: 0, signal: null });
  });

  it('fails with what its callback fails with, and its program is told by its pipes', async () => {
    const ended = client.run({ command: 'node', args: [] }, { onOutput: () => Promise.reject(new Error('disk full')) });
    reply({ id: (await request(0)).id, pid: 7 });
    output(7, 'text');
    await expect(ended).rejects.toThrow('disk full');
    expect(await request(1)).toMatchObject({ type: 'close', pid: 7, stream: 'stdout' });
  });

  it('fails when more comes than was granted', async () => {
    const { ended } = startRun();
    reply({ id: (await request(0)).id, pid: 7 });
    output(7, 'x'.repeat(LIMITS.creditBytes + 1));
    await expect(ended).rejects.toMatchObject({ code: 'EPROTO' });
  });
});

describe('a request', () => {
  it('gets the reply of its id, whatever the order', async () => {
    const first = client.signal(3, 'SIGINT', { group: true });
    const second = client.inspect({ check: true });
    const [one, two] = [await request(0), await request(1)];
    expect(one).toMatchObject({ type: 'signal', pid: 3, signal: 'SIGINT', group: true });
    expect(two).toMatchObject({ type: 'inspect', check: true });
    const inspection = {
      slots: { inUse: 1, spares: 1, resting: 0, free: 5 },
      processes: 1,
      channels: 0,
      listeners: 0,
      fileSystem: { freeBlocks: 1, freeInodes: 1 },
    };
    reply({ id: two.id, inspection });
    refuse(one.id, 'ESRCH', 'no such process');
    expect(await second).toEqual(inspection);
    await expect(first).rejects.toMatchObject({
      code: 'ESRCH',
      message: expect.stringMatching(/^Cannot send SIGINT to process 3: /),
    });
  });

  it('asks for previews and persistence, and is done when the reply is there', async () => {
    const taken = client.takePreviews();
    expect((await request(0)).type).toBe('take-previews');
    reply({ id: requests[0]!.id });
    await taken;
    const saved = client.persist();
    expect((await request(1)).type).toBe('persist');
    refuse(requests[1]!.id, 'UNSUPPORTED', 'not in this build');
    await expect(saved).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    const calls = [client.keep(), client.persist('a note'), client.takeKept(), client.forgetKept()];
    const asked = await Promise.all([2, 3, 4, 5].map((at) => request(at)));
    expect(asked.map(({ id: _id, ...rest }) => rest)).toEqual([
      { type: 'keep' },
      { type: 'persist', note: 'a note' },
      { type: 'take-kept' },
      { type: 'forget-kept' },
    ]);
    for (const { id } of asked) reply({ id });
    await Promise.all(calls);
  });

  it('is refused when too many wait', async () => {
    const waiting = Array.from({ length: LIMITS.pendingRequests }, () => client.persist());
    await expect(client.persist()).rejects.toMatchObject({ code: 'EAGAIN' });
    for (let at = 0; at < waiting.length; at++) reply({ id: (await request(at)).id });
    await Promise.all(waiting);
  });

  it('fails when the reply has no meaning; replies that nobody waits for are passed over', async () => {
    const asked = client.persist();
    const { id } = await request(0);
    for (const odd of [null, 7, 'text', {}, { type: 'reply' }, { type: 'reply', id: 999, ok: true }]) say(odd);
    say({ type: 'reply', id, ok: 'perhaps' });
    await expect(asked).rejects.toMatchObject({ code: 'EPROTO' });
  });

  it('fails, like a run, when the page of the container goes or the client hangs up', async () => {
    const { ended } = startRun();
    reply({ id: (await request(0)).id, pid: 4 });
    const asked = client.persist();
    await request(1);
    container.close();
    await expect(ended).rejects.toMatchObject({ code: 'EPIPE' });
    await expect(asked).rejects.toMatchObject({ code: 'EPIPE' });
    await expect(client.persist()).rejects.toMatchObject({
      code: 'EPIPE',
      message: expect.stringMatching(/^Cannot save/),
    });
    client.close();
  });
});

describe('events', () => {
  it('a topic is subscribed by its first listener and given up by its last', async () => {
    const heard: string[] = [];
    const stopFirst = client.on('previews', ({ state }) => heard.push(`one ${state}`));
    const stopSecond = client.on('previews', ({ state }) => heard.push(`two ${state}`));
    expect(await request(0)).toMatchObject({ type: 'subscribe', topics: ['previews'] });
    reply({ id: requests[0]!.id });
    say({ type: 'previews', state: 'here' });
    await expect.poll(() => heard).toEqual(['one here', 'two here']);
    stopFirst();
    say({ type: 'previews', state: 'elsewhere' });
    await expect.poll(() => heard.length).toBe(3);
    stopSecond();
    stopSecond();
    expect(await request(1)).toMatchObject({ type: 'unsubscribe', topics: ['previews'] });
    reply({ id: requests[1]!.id });
    expect(requests).toHaveLength(2);
  });

  it('a topic that the container lacks is only silent', async () => {
    client.on('memory', () => undefined);
    refuse((await request(0)).id, 'UNSUPPORTED', 'no such topic');
    const asked = client.persist();
    reply({ id: (await request(1)).id });
    await asked;
  });

  it('who listens to the boot late is told the last phase; what has no meaning is passed over', async () => {
    const early: string[] = [];
    client.on('boot', ({ phase }) => early.push(phase));
    say({ type: 'boot', phase: 'dancing', elapsedMs: 1 });
    say({ type: 'boot', phase: 'assets', elapsedMs: 1 });
    say({ type: 'boot', phase: 'kernel', elapsedMs: 2 });
    await expect.poll(() => early).toEqual(['assets', 'kernel']);
    const late: string[] = [];
    client.on('boot', ({ phase }) => late.push(phase));
    expect(late).toEqual(['kernel']);
    expect(requests).toEqual([]);
  });

  it('a boot that fails ends the wait for the client, before or after it began', async () => {
    const never = new Promise<never>(() => undefined);
    const waiting = client.orBootFailure(never);
    say({ type: 'boot', phase: 'failed', message: 'Cannot boot: no memory', elapsedMs: 3 });
    await expect(waiting).rejects.toMatchObject({ code: 'EBOOT', message: 'Cannot boot: no memory' });
    await expect(client.orBootFailure(never)).rejects.toMatchObject({ code: 'EBOOT' });
  });

  it('a boot that succeeds gives what the client gave; one whose page goes fails', async () => {
    expect(await client.orBootFailure(Promise.resolve('booted'))).toBe('booted');
    await expect(client.orBootFailure(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    const waiting = client.orBootFailure(new Promise<never>(() => undefined));
    container.close();
    await expect(waiting).rejects.toMatchObject({ code: 'EPIPE' });
  });
});

describe('an offer', () => {
  const ORIGIN = 'http://a.rt.example';
  const offer = { type: 'slipway:control', version: CONTROL_VERSION };
  const message = (data: unknown, origin = ORIGIN, withPort = true): MessageEvent<unknown> => {
    const { port1, port2 } = new MessageChannel();
    container.close();
    container = port2;
    // The client's end, which a real `postMessage` between windows would hand over.
    return Object.assign(new Event('message'), { data, origin, ports: withPort ? [port1] : [] }) as never;
  };

  it('is taken from the runtime\u2019s origin alone, and only whole', () => {
    expect(offeredPort(message(offer), ORIGIN)).toBeInstanceOf(MessagePort);
    expect(offeredPort(message(offer, 'http://evil.example'), ORIGIN)).toBeUndefined();
    expect(offeredPort(message(offer, ORIGIN, false), ORIGIN)).toBeUndefined();
    for (const data of [null, 'slipway:control', { type: 'slipway:control' }, { ...offer, type: 'init' }])
      expect(offeredPort(message(data), ORIGIN)).toBeUndefined();
  });

  it('the first one is what is waited for; strangers before it are passed over', async () => {
    const target = new EventTarget();
    const waiting = offeredControl(ORIGIN, { target });
    target.dispatchEvent(message(offer, 'http://evil.example'));
    target.dispatchEvent(message({ type: 'init' }));
    target.dispatchEvent(message(offer));
    const offered = await waiting;
    const asked = offered.persist();
    container.onmessage = ({ data }: MessageEvent<ControlRequest>) => reply({ id: data.id });
    await asked;
    offered.close();
  });

  it('of another version is refused by name, where it would be waited for without end', async () => {
    const target = new EventTarget();
    const waiting = offeredControl(ORIGIN, { target });
    target.dispatchEvent(message({ type: 'slipway:control', version: 99 }, 'http://evil.example'));
    target.dispatchEvent(message({ type: 'slipway:control', version: 99 }));
    await expect(waiting).rejects.toMatchObject({
      code: 'EPROTONOSUPPORT',
      message: expect.stringMatching(/version 99, this page \d+$/),
    });
  });

  it('of a page that was loaded anew comes as another client, until nobody listens', () => {
    const target = new EventTarget();
    const clients: ControlClient[] = [];
    const stop = listenForControl(ORIGIN, (offered) => clients.push(offered), { target });
    target.dispatchEvent(message(offer));
    target.dispatchEvent(message(offer));
    stop();
    target.dispatchEvent(message(offer));
    expect(clients).toHaveLength(2);
    for (const offered of clients) offered.close();
  });
});
