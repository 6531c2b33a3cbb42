import { AGENT_LIMITS } from '../session/session-events.ts';
import { performOrder } from './perform-order.ts';
import type { ToolHost } from './tool-host.ts';
import { stopOrder, toolOrder, type ToolReport } from './tool-order.ts';

/** What is left of a report, and what is told of why, where it could not be saved: both have to fit. */
const WHY_CHARS = 500;
const REPORT_CHARS = AGENT_LIMITS.resultChars - 1000;

/** Does what the server's agent orders, and ends it where that is ordered. */
export interface OrderAnswerer {
  /** `body` is a tool order in JSON; the answer is a tool report. */
  perform(commandId: string, body: string): Promise<ToolReport>;
  /** `body` names the command whose order is to end. */
  stop(body: string): { readonly stopped: boolean };
}

/** Answers orders in a folder. What one has changed is the project's before it is told of: a tab may go at any time. */
export function makeOrderAnswerer(host: ToolHost): OrderAnswerer {
  const running = new Map<string, AbortController>();
  return {
    perform: async (commandId, body) => {
      const order = toolOrder.parse(JSON.parse(body));
      const own = new AbortController();
      running.set(commandId, own);
      try {
        const report = await performOrder(host, order, own.signal);
        return report.changed === true ? await saved(host, report) : report;
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

async function saved(host: ToolHost, report: ToolReport): Promise<ToolReport> {
  try {
    await host.save();
    return report;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const told = `${report.text.slice(0, REPORT_CHARS)}\n[done, but not saved: ${why.slice(0, WHY_CHARS)}]`;
    return { ...report, ok: false, text: told.replaceAll('\0', '').toWellFormed() };
  }
}
