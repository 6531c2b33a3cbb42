import { performOrder, stopOrder, type ToolHost, toolOrder, type ToolReport } from '@slipway/agent';

/** Does what the server's agent orders, and ends it where that is ordered. */
export interface OrderAnswerer {
  /** `body` is a tool order in JSON; the answer is a tool report. */
  perform(commandId: string, body: string): Promise<ToolReport>;
  /** `body` names the command whose order is to end. */
  stop(body: string): { readonly stopped: boolean };
}

/** Answers orders in a folder. */
export function makeOrderAnswerer(host: ToolHost): OrderAnswerer {
  const running = new Map<string, AbortController>();
  return {
    perform: async (commandId, body) => {
      const order = toolOrder.parse(JSON.parse(body));
      const own = new AbortController();
      running.set(commandId, own);
      try {
        return await performOrder(host, order, own.signal);
      } finally {
        running.delete(commandId);
      }
    },
    stop: (body) => {
      const { commandId } = stopOrder.parse(JSON.parse(body));
      const found = running.get(commandId);
      found?.abort();
      return { stopped: found !== undefined };
    },
  };
}
