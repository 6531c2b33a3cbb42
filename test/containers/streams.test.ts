/** Programs that a page talks with over the control port, as an editor talks with a language server. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestContainer, type TestContainer } from './open-container.ts';
import { whenAtRest } from './storm.ts';

const MIB = 1024 * 1024;
const TOTAL = 50 * MIB;
/**
 * The most that can be between a page that does not read and the program: the credit of the stream (1 MiB), a
 * piece in the kernel's hand and the pipe (64 KiB each), and what Node's own streams hold at either end.
 */
const BETWEEN = 1.5 * MIB;

let container: TestContainer;
beforeAll(async () => {
  container = await openTestContainer();
  await container.mount({
    // Frames of the base protocol, as language servers have them: a header with the length, then the body.
    'server.mjs': `
      let pending = Buffer.alloc(0);
      for await (const chunk of process.stdin) {
        pending = Buffer.concat([pending, chunk]);
        for (;;) {
          const end = pending.indexOf('\\r\\n\\r\\n');
          if (end < 0) break;
          const length = Number(/Content-Length: (\\d+)/.exec(pending.toString('latin1', 0, end))[1]);
          if (pending.length < end + 4 + length) break;
          const frame = pending.subarray(0, end + 4 + length);
          pending = pending.subarray(end + 4 + length);
          if (!process.stdout.write(frame)) await new Promise((go) => process.stdout.once('drain', go));
        }
      }
      console.error('bye');`,
    // Says in a file how far it has come.
    'flood.mjs': `
      import { writeFileSync } from 'node:fs';
      const piece = Buffer.alloc(16 * 1024, 'x');
      for (let sent = 0; sent < ${TOTAL}; sent += piece.length) {
        if (!process.stdout.write(piece)) await new Promise((go) => process.stdout.once('drain', go));
        writeFileSync('sent', String(sent + piece.length));
      }`,
  });
}, 120_000);
afterAll(() => container?.close());

it('echoes 50 MB of frames to a page that reads while it writes, byte for byte', async () => {
  const result = await container.page.evaluate(async (total) => {
    const control = await globalThis.slipway.control();
    const server = await control.open({ command: 'node', args: ['server.mjs'] });
    const frameOf = (n: number): Uint8Array<ArrayBuffer> => {
      const body = new Uint8Array(100_000).map((_, at) => (at * 31 + n) & 0xff);
      const head = new TextEncoder().encode(`Content-Length: ${body.length}\r\n\r\n`);
      return new Uint8Array([...head, ...body]);
    };
    const frames = Array.from({ length: 5 }, (_, n) => frameOf(n));
    const length = frames[0]!.length;
    const count = Math.ceil(total / length);
    const feed = async (): Promise<void> => {
      const writer = server.stdin.getWriter();
      for (let n = 0; n < count; n++) await writer.write(frames[n % frames.length]!);
      await writer.close();
    };
    let received = 0;
    let wrong = 0;
    const take = async (): Promise<void> => {
      for await (const chunk of server.stdout)
        for (const byte of chunk) {
          if (byte !== frames[Math.floor(received / length) % frames.length]![received % length]) wrong++;
          received++;
        }
    };
    const [bye] = await Promise.all([new Response(server.stderr).text(), feed(), take()]);
    return { wrong, missing: count * length - received, bye, exit: await server.exit };
  }, TOTAL);
  expect(result).toEqual({ wrong: 0, missing: 0, bye: 'bye\n', exit: { code: 0, signal: null } });
}, 120_000);

it('a page that does not read stops its own program, soon, and no other; nothing is lost', async () => {
  await container.page.evaluate(async () => {
    const control = await globalThis.slipway.control();
    Object.assign(globalThis, { flood: await control.open({ command: 'node', args: ['flood.mjs'] }) });
  });
  const sent = async (): Promise<number> => Number((await container.run('cat', ['sent'])).stdout);
  await expect.poll(sent).toBeGreaterThan(0);
  // At rest when another program has done far more than what would be left of it.
  let last = -1;
  for (let now = await sent(); now !== last; now = await sent()) {
    last = now;
    const other = await container.run('node', ['-e', `process.stdout.write('y'.repeat(${4 * MIB}))`]);
    expect({ code: other.code, length: other.stdout.length }).toEqual({ code: 0, length: 4 * MIB });
  }
  expect(last).toBeLessThanOrEqual(BETWEEN);
  const received = await container.page.evaluate(async () => {
    const { flood } = globalThis as unknown as { flood: import('@slipway/embed').OpenProcess };
    let bytes = 0;
    for await (const chunk of flood.stdout) bytes += chunk.length;
    return { bytes, exit: await flood.exit };
  });
  expect(received).toEqual({ bytes: TOTAL, exit: { code: 0, signal: null } });
}, 120_000);

it('a program that does not read stops the page that writes to it', async () => {
  const result = await container.page.evaluate(async (mib) => {
    const control = await globalThis.slipway.control();
    const deaf = await control.open({ command: 'node', args: ['-e', 'setInterval(() => {}, 1000)'] });
    const writer = deaf.stdin.getWriter();
    let written = 0;
    const piece = new Uint8Array(64 * 1024);
    const feed = (async () => {
      for (; written < 50 * mib; written += piece.length) await writer.write(piece);
    })().then(
      () => 'done',
      (error: unknown) => (error as { code: string }).code,
    );
    // Other programs come and go meanwhile.
    for (let n = 0; n < 3; n++) await control.run({ command: 'node', args: ['-e', ''] });
    const waited = written;
    await deaf.kill('SIGKILL');
    return { waited, feed: await feed, exit: await deaf.exit };
  }, MIB);
  expect(result).toMatchObject({ feed: 'EPIPE', exit: { code: null, signal: 'SIGKILL' } });
  expect(result.waited).toBeGreaterThan(0);
  expect(result.waited).toBeLessThanOrEqual(BETWEEN);
}, 60_000);

it('TC-12 each command leads a process group: a signal to it ends its children, and nobody else', async () => {
  const before = await whenAtRest(container);
  const result = await container.page.evaluate(async () => {
    const control = await globalThis.slipway.control();
    const forever = 'console.log(1); setInterval(() => {}, 1000)';
    const tree = {
      command: 'sh',
      args: ['-c', `node -e '${forever}' & node -e '${forever}' & wait`],
    };
    const [one, other] = await Promise.all([control.open(tree), control.open(tree)]);
    for (const process of [one, other]) {
      const reader = process.stdout.getReader();
      // Both children are up.
      for (let lines = 0; lines < 2;)
        lines += new TextDecoder().decode((await reader.read()).value).split('\n').length - 1;
    }
    await one.kill('SIGKILL');
    await one.exit;
    const left = (await control.inspect()).processes;
    await other.kill('SIGKILL');
    await other.exit;
    return { left, again: await one.kill().catch((error: unknown) => (error as { code: string }).code) };
  });
  expect(result).toEqual({ left: before.processes + 3, again: 'ESRCH' });
  expect((await whenAtRest(container)).processes).toBe(before.processes);
}, 60_000);
