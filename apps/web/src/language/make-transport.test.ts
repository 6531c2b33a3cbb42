import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader } from './message-frames.ts';
import { makeTransport, MOST_WAITING_BYTES } from './make-transport.ts';

/** The pipes of a program whose part the test plays. */
function makePipes({ reads = true } = {}) {
  let say: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  const frames = new FrameReader();
  const told: unknown[] = [];
  const stdout = new ReadableStream<Uint8Array<ArrayBuffer>>({ start: (controller) => void (say = controller) });
  const stdin = new WritableStream<Uint8Array>({
    write: (chunk) => {
      for (const message of frames.push(chunk)) told.push(JSON.parse(message));
      return reads ? undefined : new Promise<void>(() => undefined);
    },
  });
  return {
    process: { stdin, stdout },
    told,
    say: (message: unknown) => say?.enqueue(encodeFrame(JSON.stringify(message))),
    sayRaw: (text: string) => say?.enqueue(new TextEncoder().encode(text)),
    end: () => say?.close(),
  };
}

describe('talking with a language server', () => {
  it('UX-09 hands on what it says, and answers what it asks', async () => {
    const pipes = makePipes();
    const heard: string[] = [];
    const line = makeTransport(pipes.process, async (method) => {
      if (method === 'fails') throw new Error('no');
      return method === 'known' ? { applied: true } : undefined;
    });
    line.transport.subscribe((message) => heard.push(message));
    line.transport.send('{"id":1}');
    pipes.say({ jsonrpc: '2.0', id: 1, result: null });
    pipes.say({ jsonrpc: '2.0', method: 'note', params: {} });
    for (const [at, method] of ['known', 'unknown', 'fails'].entries()) pipes.say({ jsonrpc: '2.0', id: at, method });
    await expect.poll(() => pipes.told.length).toBe(4);
    expect(heard.map((message) => JSON.parse(message))).toEqual([
      { jsonrpc: '2.0', id: 1, result: null },
      { jsonrpc: '2.0', method: 'note', params: {} },
    ]);
    const refused = { code: -32601, message: 'Not done here' };
    expect(pipes.told).toEqual([
      { id: 1 },
      { jsonrpc: '2.0', id: 0, result: { applied: true } },
      { jsonrpc: '2.0', id: 1, error: refused },
      { jsonrpc: '2.0', id: 2, error: refused },
    ]);
    pipes.end();
    expect(await line.ended).toBeUndefined();
  });

  it.each([
    ['no JSON', 'Content-Length: 3\r\n\r\n{x}', 'it does not speak LSP'],
    ['no message', 'Content-Length: 4\r\n\r\nnull', 'it does not speak LSP'],
    ['no length', 'Hello, I am a program.\r\n\r\n', 'its header has no length'],
  ])('UX-09 ends with a program that says %s', async (_, text, why) => {
    const pipes = makePipes();
    const line = makeTransport(pipes.process, async () => null);
    pipes.sayRaw(text);
    expect(await line.ended).toContain(why);
  });

  it('UX-09 ends with a program that does not read', async () => {
    const pipes = makePipes({ reads: false });
    const line = makeTransport(pipes.process, async () => null);
    const message = JSON.stringify({ text: 'x'.repeat(MOST_WAITING_BYTES / 4) });
    for (let sent = 0; sent < 4; sent++) line.transport.send(message);
    expect(await line.ended).toBe('it does not read what it is told');
  });
});
