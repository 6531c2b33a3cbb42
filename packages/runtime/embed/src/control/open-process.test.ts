import type { ControlEvent, ControlReply, ControlRequest } from '@slipway/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlClient } from './control-client.ts';
import { controlLimits } from './control-limits.ts';
import type { OpenProcess } from './open-process.ts';

const CREDIT = 1000;
const PID = 7;
const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(120);

let client: ControlClient;
/** The container's end. */
let container: MessagePort;
let requests: ControlRequest[];
/** How requests are answered; by default every one is performed. */
let answerWith: (request: ControlRequest) => ControlReply | undefined;

beforeEach(() => {
  const { port1, port2 } = new MessageChannel();
  client = new ControlClient(port1, { ...controlLimits, creditBytes: CREDIT });
  container = port2;
  requests = [];
  answerWith = ({ id, type }) => ({ type: 'reply', id, ok: true, ...(type === 'run' ? { pid: PID } : {}) });
  container.onmessage = ({ data }: MessageEvent<ControlRequest>) => {
    requests.push(data);
    const answer = answerWith(data);
    if (answer !== undefined) container.postMessage(answer);
  };
});
afterEach(() => {
  client.close();
  container.close();
});

const say = (event: ControlEvent): void => container.postMessage(event);
const output = (length: number, stream: 'stdout' | 'stderr' = 'stdout'): void =>
  say({ type: 'output', pid: PID, stream, chunk: bytes(length) });
const open = (): Promise<OpenProcess> => client.open({ command: 'server', args: ['--stdio'] });
const refuse = ({ id }: ControlRequest, code: string): ControlReply => ({
  type: 'reply',
  id,
  ok: false,
  code,
  message: `refused: ${code}`,
});
const ofType = (type: ControlRequest['type']): ControlRequest[] => requests.filter((request) => request.type === type);
/** After this, all that either end has posted has been received. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('an open process', () => {
  it('has its stdin kept open and credit for its output, and its pid from the start', async () => {
    const opened = await open();
    expect(opened.pid).toBe(PID);
    expect(requests).toMatchObject([{ type: 'run', command: 'server', keepStdin: true, credit: CREDIT }]);
  });

  it('grants what a reader has taken and nothing else: unread output waits for it', async () => {
    const opened = await open();
    for (let n = 0; n < 4; n++) output(CREDIT / 4);
    await settled();
    expect(ofType('grant')).toEqual([]);
    const reader = opened.stdout.getReader();
    await reader.read();
    await settled();
    expect(ofType('grant')).toEqual([]);
    await reader.read();
    await expect.poll(() => ofType('grant')).toMatchObject([{ pid: PID, stream: 'stdout', bytes: CREDIT / 2 }]);
    output(CREDIT / 2);
    for (let n = 0; n < 3; n++) await reader.read();
    await expect
      .poll(() => ofType('grant').map((grant) => 'stream' in grant && grant.stream))
      .toEqual(Array(3).fill('stdout'));
  });

  it('a reader that waits gets each piece at once, on either stream', async () => {
    const opened = await open();
    const waiting = opened.stderr.getReader().read();
    output(3, 'stderr');
    expect((await waiting).value).toHaveLength(3);
  });

  it('has ended when it has exited, and its streams when nobody has its pipes any more', async () => {
    const opened = await open();
    output(1);
    say({ type: 'exit', pid: PID, code: null, signal: 'SIGTERM' });
    say({ type: 'quiet', pid: PID });
    expect(await opened.exit).toEqual({ code: null, signal: 'SIGTERM' });
    output(2);
    say({ type: 'end', pid: PID });
    const lengths: number[] = [];
    for await (const chunk of opened.stdout) lengths.push(chunk.length);
    expect(lengths).toEqual([1, 2]);
    await expect(opened.stdin.getWriter().write(bytes(1))).rejects.toMatchObject({ code: 'EPIPE' });
  });

  it('more output than was granted is not followed: the container does not keep to its word', async () => {
    const opened = await open();
    output(CREDIT);
    output(1);
    await expect(opened.exit).rejects.toMatchObject({ code: 'EPROTO' });
    await expect(opened.stdout.getReader().read()).rejects.toMatchObject({ code: 'EPROTO' });
  });

  it('a cancelled output is closed in the container, and what still comes is dropped', async () => {
    const opened = await open();
    await opened.stdout.cancel();
    expect(ofType('close')).toMatchObject([{ pid: PID, stream: 'stdout' }]);
    output(CREDIT / 2);
    say({ type: 'exit', pid: PID, code: 1, signal: null });
    say({ type: 'end', pid: PID });
    expect(await opened.exit).toEqual({ code: 1, signal: null });
  });

  it('cannot be started: the container says why', async () => {
    answerWith = (request) => refuse(request, 'ENOENT');
    await expect(open()).rejects.toMatchObject({ code: 'ENOENT', message: 'Cannot run "server": refused: ENOENT' });
  });
});

describe('its input', () => {
  it('waits for the program: one piece is under way, and a large chunk goes in several', async () => {
    const held: ControlRequest[] = [];
    const performed = answerWith;
    answerWith = (request) => (request.type === 'write' ? void held.push(request) : performed(request));
    const writer = (await open()).stdin.getWriter();
    let done = false;
    const written = writer.write(bytes(600 * 1024)).then(() => (done = true));
    const sizes: number[] = [];
    for (let n = 0; n < 3; n++) {
      await expect.poll(() => held.length).toBe(n + 1);
      const request = held[n]!;
      if (request.type === 'write') sizes.push(request.bytes.length);
      await settled();
      expect({ held: held.length, done }).toEqual({ held: n + 1, done: false });
      container.postMessage(performed(request));
    }
    await written;
    expect(sizes).toEqual([256 * 1024, 256 * 1024, 88 * 1024]);
  });

  it('ends when it is closed; writing to who does not read fails with EPIPE, also when it has just gone', async () => {
    const opened = await open();
    await opened.stdin.close();
    expect(ofType('close')).toMatchObject([{ pid: PID, stream: 'stdin' }]);
    const performed = answerWith;
    for (const code of ['EPIPE', 'ESRCH']) {
      answerWith = (request) => (request.type === 'write' ? refuse(request, code) : performed(request));
      const writer = (await open()).stdin.getWriter();
      await expect(writer.write(bytes(1))).rejects.toMatchObject({ code: 'EPIPE' });
    }
  });

  it('is over when the container is gone, as is everything else', async () => {
    const opened = await open();
    container.close();
    await expect(opened.exit).rejects.toMatchObject({ code: 'EPIPE' });
    await expect(opened.stdin.getWriter().write(bytes(1))).rejects.toMatchObject({ code: 'EPIPE' });
    await expect(opened.stdout.getReader().read()).rejects.toMatchObject({ code: 'EPIPE' });
  });

  it('a signal goes to the group, or to the process alone', async () => {
    const opened = await open();
    await opened.kill();
    await opened.kill('SIGINT', { group: false });
    expect(ofType('signal')).toMatchObject([
      { pid: PID, signal: 'SIGTERM', group: true },
      { pid: PID, signal: 'SIGINT', group: false },
    ]);
  });
});
