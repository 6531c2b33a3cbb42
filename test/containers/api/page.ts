/** The embedding page of the API tests: the unmodified clients, within reach of `page.evaluate`. */
import * as client from '@webcontainer/api';
import * as connect from '@webcontainer/api/connect';
import * as internalClient from '@webcontainer/api-internal';
import { offeredPort } from '@slipway/embed';
import type { ControlMessage } from '@slipway/wire';

declare global {
  /** What `page.evaluate` reaches. */
  interface Window {
    readonly api: typeof client;
    readonly connectApi: typeof connect;
    /** 1.6.1-internal.1, which a popular app pins. */
    readonly internalApi: typeof internalClient;
    container: client.WebContainer;
    internalContainer: internalClient.WebContainer;
    /** Everything a process prints, and its code. */
    collect(child: client.WebContainerProcess): Promise<{ output: string; code: number }>;
    /** `code` and the like of an error, for what cannot be cloned. */
    failure(action: () => unknown): Promise<Record<string, unknown>>;
    /** Resolves when `check` gives something. */
    until<T>(check: () => T | undefined | false | null): Promise<T>;
    controlPort: MessagePort | undefined;
    control: ControlMessage[];
  }
}

/** Long beyond any doubt, and short of the limit of a test, which would not say what it waited for. */
const UNTIL_MS = 60_000;

window.control = [];
addEventListener('message', (event: MessageEvent<unknown>) => {
  // Whoever offers it: which origins may is not what these tests are about. They read the raw messages.
  const port = offeredPort(event, event.origin);
  if (port === undefined) return;
  window.controlPort = port;
  port.onmessage = ({ data }: MessageEvent<ControlMessage>) => window.control.push(data);
});

Object.assign(window, {
  api: client,
  connectApi: connect,
  internalApi: internalClient,
  async collect(child: client.WebContainerProcess) {
    let output = '';
    for (let reader = child.output.getReader(), next = await reader.read(); !next.done; next = await reader.read())
      output += next.value;
    return { output, code: await child.exit };
  },
  async failure(action: () => unknown) {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof Error)) return { thrown: String(error) };
      return { ...error, name: error.name, message: error.message };
    }
    return { outcome: 'it did not fail' };
  },
  async until<T>(check: () => T | undefined | false | null) {
    for (const began = performance.now(); performance.now() - began < UNTIL_MS;) {
      const value = check();
      if (value !== undefined && value !== false && value !== null) return value;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`Cannot go on: this never came true: ${String(check)}`);
  },
} satisfies Partial<Window>);
document.title = 'ready';
