/** The embedding page of browser tests: the unmodified client, within reach of `page.evaluate`. */
import * as client from '@webcontainer/api';
import type { ControlMessage } from '@slipway/contracts';

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
addEventListener('message', (event: MessageEvent<{ type?: unknown } | null>) => {
  const [port] = event.ports;
  if (event.data?.type !== 'slipway:control' || port === undefined) return;
  window.controlPort = port;
  port.onmessage = ({ data }: MessageEvent<ControlMessage>) => window.control.push(data);
});
document.title = 'ready';
