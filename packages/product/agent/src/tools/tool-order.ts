import { id, secretText } from '@slipway/contracts';
import * as z from 'zod';
import { scopePatterns } from '../paths/scope-patterns.ts';
import { AGENT_LIMITS } from '../session/session-events.ts';
import { TOOL_LIMITS, toolContracts } from './tool-contracts.ts';

const scope = z.array(scopePatterns).max(2);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
/** Of what was read; null: there must be nothing. */
const version = digest.nullable();

/**
 * What the server asks of whoever has the project: a call that it has checked. The holder looks at scope and version
 * again, since links and other people’s changes are seen where the files are (AG-11).
 */
export const toolOrder = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('Read'), scope, input: toolContracts.Read.input }),
  z.strictObject({ name: z.literal('Write'), scope, version, input: toolContracts.Write.input }),
  z.strictObject({ name: z.literal('Edit'), scope, version: digest, input: toolContracts.Edit.input }),
  z.strictObject({ name: z.literal('Glob'), scope, input: toolContracts.Glob.input }),
  z.strictObject({ name: z.literal('Grep'), scope, input: toolContracts.Grep.input }),
  z.strictObject({ name: z.literal('Run'), input: toolContracts.Run.input }),
  /** Brings what the folder has to the server, so that it can be named. */
  z.strictObject({ name: z.literal('Save'), input: z.strictObject({}) }),
]);
export type ToolOrder = z.infer<typeof toolOrder>;

/** What came of it. `version` is the file’s digest after a read or a change; `changed`: the folder is another one. */
export const toolReport = z.strictObject({
  ok: z.boolean(),
  text: secretText.max(AGENT_LIMITS.resultChars),
  version: digest.optional(),
  changed: z.boolean().optional(),
});
export type ToolReport = z.infer<typeof toolReport>;

/** Ends what an order began: its command, if it still runs. */
export const stopOrder = z.strictObject({ commandId: id });
export type StopOrder = z.infer<typeof stopOrder>;

/** Eight more than a command may run, so that its end can still be reported; 30 for other tools. */
export function orderSeconds(order: ToolOrder): number {
  return order.name === 'Run' ? (order.input.seconds ?? TOOL_LIMITS.runSeconds) + 8 : 30;
}
