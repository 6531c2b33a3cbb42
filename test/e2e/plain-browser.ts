import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustFindBrowser } from '@slipway/find-browser';

/**
 * A browser without playwright, which makes every page believe that it is in front: here a tab behind
 * another one is hidden, as it is for people.
 */
export interface PlainBrowser {
  /** Opens a tab, which is in front from then on. */
  openTab(url: string): Promise<PlainTab>;
  close(): Promise<void>;
}

export interface PlainTab {
  evaluate(expression: string): Promise<unknown>;
}

interface CdpAnswer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** Starts the machine's Chromium with a profile of its own. */
export async function openPlainBrowser(): Promise<PlainBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'slipway-plain-'));
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(
    mustFindBrowser(),
    ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...sandbox, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exit = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.on('exit', () => reject(new Error(`The browser ended before it listened:\n${text}`)));
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const socket = new WebSocket(address);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`Cannot reach the browser at ${address}`)));
  });
  const waiting = new Map<number, { resolve: (answer: Record<string, unknown>) => void; reject: (e: Error) => void }>();
  let lastId = 0;
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as CdpAnswer;
    const asked = waiting.get(answer.id ?? 0);
    if (asked === undefined) return;
    waiting.delete(answer.id ?? 0);
    if (answer.error === undefined) asked.resolve(answer.result ?? {});
    else asked.reject(new Error(answer.error.message));
  });
  const ask = (method: string, params: unknown, sessionId?: string): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    });

  return {
    async openTab(url) {
      const { targetId } = await ask('Target.createTarget', { url });
      const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
      return {
        async evaluate(expression) {
          const params = { expression, awaitPromise: true, returnByValue: true };
          const { result } = await ask('Runtime.evaluate', params, String(sessionId));
          return (result as { value?: unknown }).value;
        },
      };
    },
    async close() {
      child.kill('SIGKILL');
      await exit;
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
