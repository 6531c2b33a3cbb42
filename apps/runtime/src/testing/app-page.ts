/** The embedding page of browser tests: the unmodified client, within reach of `page.evaluate`. */
import * as client from '@webcontainer/api';
import { offeredPort } from '@slipway/embed';
import type { ControlMessage } from '@slipway/wire';

declare global {
  interface Window {
    client: typeof client;
    container: client.WebContainer;
    control: ControlMessage[];
    controlPort: MessagePort | undefined;
    warnings: string[];
    events: unknown[][];
  }
}

window.client = client;
window.control = [];
window.events = [];
addEventListener('message', (event: MessageEvent<unknown>) => {
  // Whoever offers it: which origins may is not what these tests are about. They read the raw messages.
  const port = offeredPort(event, event.origin);
  if (port === undefined) return;
  window.controlPort = port;
  port.onmessage = ({ data }: MessageEvent<ControlMessage>) => window.control.push(data);
});
document.title = 'ready';
