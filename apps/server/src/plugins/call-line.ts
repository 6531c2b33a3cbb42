import type { PluginCallLine } from '@slipway/db';
import type { CallResult, EntityRow, PluginCall } from '@slipway/plugin-host';

/** Characters of a recording: what is longer cannot be made again elsewhere. */
const RECORDING_CHARACTERS = 64 * 1024;

/** NUL and lone surrogates are taken out of the message: Postgres stores no such text. */
export function lineOf(
  about: Pick<PluginCallLine, 'pluginId' | 'ownerId' | 'method' | 'eventType' | 'sha256' | 'recording'>,
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

/** All that a call was told, as `replayCall` takes it; null when that is too long to keep. */
export function recordingOf(
  { method, args, context, limits = {} }: Omit<PluginCall, 'query'>,
  answers: readonly (readonly EntityRow[] | string)[],
): string | null {
  const { fuel, ...others } = limits;
  const limited = { ...others, ...(fuel !== undefined && { fuel: String(fuel) }) };
  const text = JSON.stringify({ method, args, context, limits: limited, answers });
  // JSON escapes halves of characters and U+0000 alike, so that a column of text can hold it.
  return text.length > RECORDING_CHARACTERS ? null : text;
}
