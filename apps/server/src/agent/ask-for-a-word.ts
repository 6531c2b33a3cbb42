import type { TestProviderResponse } from '@slipway/agent';
import { cutText } from '@slipway/agent';
import { streamText } from 'ai';
import type { OpenedModel } from './providers.ts';
import { describeError } from './stream-turn.ts';

const PROMPT = 'Answer with the one word: ready';
/** Models that think first take some before they say it. */
const WORD_TOKENS = 400;
/** A person waits for it before the page. */
const WORD_MS = 30_000;
/** The answer is broken off behind them; the message that a person reads is cut at twice as many. */
const WORD_CHARS = 200;

/** Has a model say a word: whether its address, its key and its name are right, in words for a person. */
export async function askForAWord({ model, settings }: OpenedModel, gone: AbortSignal): Promise<TestProviderResponse> {
  const began = performance.now();
  const late = AbortSignal.timeout(WORD_MS);
  const answer = (ok: boolean, message: string): TestProviderResponse => ({
    ok,
    message: cutText(message.trim(), 2 * WORD_CHARS),
    tookMs: Math.round(performance.now() - began),
  });
  try {
    const { stream } = streamText({
      model,
      prompt: PROMPT,
      maxOutputTokens: Math.min(WORD_TOKENS, settings.output),
      maxRetries: 0,
      abortSignal: AbortSignal.any([gone, late]),
      // It comes as a part as well.
      onError: () => undefined,
    });
    let said = '';
    for await (const part of stream) {
      if (part.type === 'error') return answer(false, describeError(part.error).message);
      if (part.type === 'text-delta') said += part.text;
      // Who speaks for ever has shown that it speaks.
      if (said.length > WORD_CHARS) break;
    }
    if (late.aborted) return answer(false, `The model said nothing for ${WORD_MS / 1000} seconds`);
    return said.trim() === '' ? answer(false, 'The model answered without a word') : answer(true, said);
  } catch (error) {
    if (late.aborted) return answer(false, `The model said nothing for ${WORD_MS / 1000} seconds`);
    return answer(false, describeError(error).message);
  }
}
