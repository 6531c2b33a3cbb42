/** What the agent's orders do in the container of this page, as in the tab of the IDE. */
import type { ToolReport } from '@slipway/agent';
import { makeOrderAnswerer, type OrderAnswerer } from '../../../apps/web/src/agent/answer-orders.ts';
import { makeToolHost } from '../../../apps/web/src/agent/make-tool-host.ts';

declare global {
  // What `page.evaluate` in the tests reaches.
  // eslint-disable-next-line no-var
  var agentTools: {
    perform(commandId: string, body: string): Promise<ToolReport>;
    stop(body: string): Promise<{ readonly stopped: boolean }>;
  };
}

const answerer: Promise<OrderAnswerer> = globalThis.slipway
  .control()
  .then((control) => makeOrderAnswerer(makeToolHost(control, () => Promise.resolve())));

globalThis.agentTools = {
  perform: async (commandId, body) => await (await answerer).perform(commandId, body),
  stop: async (body) => (await answerer).stop(body),
};
