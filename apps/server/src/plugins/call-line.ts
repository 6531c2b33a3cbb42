import type { PluginCallLine } from '@slipway/db';
import type { CallResult } from '@slipway/plugin-host';

/** A call's line in the list of calls. */
export function lineOf(
  about: Pick<PluginCallLine, 'pluginId' | 'ownerId' | 'method' | 'eventType'>,
  result: CallResult,
  durationMs: number,
): PluginCallLine {
  return {
    ...about,
    outcome: result.kind,
    message: result.kind === 'ok' ? null : result.message.replaceAll('\0', '\uFFFD').toWellFormed(),
    fuel: Number(result.fuel),
    durationMs: Math.round(durationMs),
    operations: result.kind === 'ok' ? result.operations.length : 0,
    log: result.log,
  };
}
