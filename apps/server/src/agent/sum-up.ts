import { AGENT_LIMITS, cutText, type PromptMessage, summaryPrompt } from '@slipway/agent';
import { streamText } from 'ai';
import type { OpenedModel } from './providers.ts';
import type { SessionLog } from './session-log.ts';

/** At most, and never more than the model may put out in one answer. */
const SUMMARY_TOKENS = 4000;
const SUMMARY_MS = 120_000;

/**
 * Has the model sum up a conversation, and stores that (design, 8): the next prompt begins there. Rejects where it
 * cannot.
 */
export async function sumUp(
  log: SessionLog,
  of: { runId: string; opened: OpenedModel; messages: readonly PromptMessage[]; signal: AbortSignal },
): Promise<void> {
  const { opened, messages } = of;
  let text = '';
  const { stream } = streamText({
    model: opened.model,
    prompt: summaryPrompt(messages, opened.settings.window),
    maxOutputTokens: Math.min(SUMMARY_TOKENS, opened.settings.output),
    abortSignal: AbortSignal.any([of.signal, AbortSignal.timeout(SUMMARY_MS)]),
    // It comes as a part as well.
    onError: () => undefined,
  });
  for await (const part of stream) {
    of.signal.throwIfAborted();
    if (part.type === 'error') throw part.error;
    if (part.type === 'text-delta') text += part.text;
    if (text.length > AGENT_LIMITS.textChars) break;
  }
  if (text.trim() === '') throw new Error('Cannot sum up the session: the model said nothing');
  await log.append({ type: 'Summary', runId: of.runId, text: cutText(text, AGENT_LIMITS.textChars) });
}
