import {
  AGENT_LIMITS,
  type AgentEvent,
  cutText,
  isToolName,
  type OutsideTool,
  type PromptMessage,
  toolContracts,
  type ToolName,
} from '@slipway/agent';
import { APICallError, jsonSchema, type ModelMessage, streamText, type TextStreamPart, tool, type ToolSet } from 'ai';
import * as z from 'zod';
import type { OpenedModel } from './providers.ts';
import type { SessionLog } from './session-log.ts';

/**
 * `runId` and `turn` are written into each of its events; `opened` was opened for this turn, with the key as it is
 * now.
 */
export interface TurnRequest {
  readonly runId: string;
  readonly turn: number;
  readonly opened: OpenedModel;
  readonly system: string;
  readonly messages: readonly PromptMessage[];
  readonly tools: readonly ToolName[];
  readonly outside: readonly OutsideTool[];
  readonly signal: AbortSignal;
}

/** `broken`: in the middle of its answer, which may go better another time. `refused`: it would say the same again. */
export type TurnOutcome =
  | { readonly outcome: 'told' }
  | { readonly outcome: 'broken' | 'refused'; readonly message: string };

/** The SDK asks again so often where an answer has not begun: 429, 5xx, lost connections, with `Retry-After`. */
const RETRIES = 2;

/**
 * Has a model say one turn, and stores it as it comes. With the last event, `Usage`, the turn counts; what is stored
 * without it is the half of an answer. Rejects for `signal` and where the log cannot be written.
 */
export async function streamTurn(log: SessionLog, request: TurnRequest): Promise<TurnOutcome> {
  const { opened, signal } = request;
  const turn = new TurnWriter(log, request);
  const isKnown = (name: string): boolean => isToolName(name) || request.outside.some((one) => one.name === name);
  // Ends the model's stream with the turn, however that ends.
  const own = new AbortController();
  const { stream } = streamText({
    model: opened.model,
    system: request.system,
    messages: request.messages.map((message) => toModelMessage(message, isKnown)),
    tools: { ...toolSet(request.tools), ...outsideSet(request.outside) },
    maxOutputTokens: opened.settings.output,
    maxRetries: RETRIES,
    // An answer that cannot be stored is paid for and lost.
    abortSignal: AbortSignal.any([signal, own.signal, log.failed]),
    // It comes as a part as well.
    onError: () => undefined,
  });
  try {
    const parts = stream[Symbol.asyncIterator]();
    for (;;) {
      const next = await parts.next().catch((error: unknown) => ({ error }));
      signal.throwIfAborted();
      log.failed.throwIfAborted();
      if ('error' in next) return describeError(next.error);
      if (next.done) return { outcome: 'broken', message: 'The model ended its answer without a word' };
      const ended = await hear(turn, next.value);
      if (ended !== undefined) return ended;
      if (turn.isTooLarge) return { outcome: 'broken', message: 'The model says more than a turn may hold' };
    }
  } finally {
    own.abort();
  }
}

/** Stores one part; what it says of the turn's end, if that is what it says. */
async function hear(turn: TurnWriter, part: TextStreamPart<ToolSet>): Promise<TurnOutcome | undefined> {
  switch (part.type) {
    case 'text-delta':
      turn.say(part.text);
      return undefined;
    case 'reasoning-delta':
      turn.think(part.text);
      return undefined;
    case 'tool-input-start':
      turn.beginCall(part.id, part.toolName);
      return undefined;
    case 'tool-input-delta':
      turn.addToCall(part.id, part.delta);
      return undefined;
    case 'tool-call':
      turn.call(part.toolCallId, part.toolName, part.input);
      return undefined;
    case 'finish-step':
      if (part.finishReason === 'error') return { outcome: 'broken', message: 'The model broke off its answer' };
      await turn.finish(part.usage);
      return { outcome: 'told' };
    case 'error':
      return describeError(part.error);
    default:
      return undefined;
  }
}

/**
 * Puts the parts of a turn into the log. Only its end is waited for: what is stored without it counts for nothing.
 * Ids of calls are the session's own: some models name every call alike.
 */
class TurnWriter {
  readonly #log: SessionLog;
  readonly #request: TurnRequest;
  readonly #ids = new Map<string, string>();
  #text = '';
  #thought = '';
  #chars = 0;
  #calls = 0;

  constructor(log: SessionLog, request: TurnRequest) {
    this.#log = log;
    this.#request = request;
  }

  /**
   * A model that never stops would fill the log: text and arguments are bounded together, and so is the
   * number of calls.
   */
  get isTooLarge(): boolean {
    return this.#chars > AGENT_LIMITS.textChars + AGENT_LIMITS.argumentsChars || this.#calls > AGENT_LIMITS.calls;
  }

  /** What it thinks before it speaks; only the first part of much is kept. */
  think(text: string): void {
    const room = AGENT_LIMITS.textChars - this.#thought.length;
    const clean = storable(text).slice(0, room);
    this.#thought += clean;
    for (const piece of pieces(clean))
      this.#log.piece({ type: 'ReasoningDelta', runId: this.#request.runId, text: piece });
  }

  /** Pieces for those who look on, and the whole for the log's readers, which `#endText` stores. */
  say(text: string): void {
    const clean = storable(text);
    this.#chars += clean.length;
    this.#text += clean;
    for (const piece of pieces(clean)) this.#log.piece({ type: 'TextDelta', runId: this.#request.runId, text: piece });
  }

  /** Text before a call is closed first: the log keeps the order in which the model spoke. */
  beginCall(id: string, name: string): void {
    this.#endText();
    this.#start(id, name);
  }

  /** A piece of a call that never began is left out; the whole arguments come with `call`. */
  addToCall(id: string, json: string): void {
    const own = this.#ids.get(id);
    const clean = storable(json);
    this.#chars += clean.length;
    if (own === undefined) return;
    for (const piece of pieces(clean))
      this.#log.piece({ type: 'ToolCallArgsDelta', runId: this.#request.runId, id: own, json: piece });
  }

  /** Some providers send no beginning for a call; it is made up for then. */
  call(id: string, name: string, input: unknown): void {
    this.#endText();
    const own = this.#ids.get(id) ?? this.#start(id, name);
    this.#ids.delete(id);
    const text = typeof input === 'string' ? input : JSON.stringify(input ?? {});
    this.#log.tell({
      type: 'ToolCallDone',
      runId: this.#request.runId,
      id: own,
      name: nameOf(name),
      arguments: storable(text).slice(0, AGENT_LIMITS.argumentsChars),
    });
  }

  /** The last event of a turn, which makes it count. */
  async finish(usage: { inputTokens: number | undefined; outputTokens: number | undefined }): Promise<void> {
    this.#endText();
    await this.#log.append({
      type: 'Usage',
      runId: this.#request.runId,
      input_tokens: count(usage.inputTokens),
      output_tokens: count(usage.outputTokens),
    });
  }

  /** An id of ours, unique in the session: run, turn and number. */
  #start(id: string, name: string): string {
    const { runId, turn } = this.#request;
    const own = `${runId.slice(0, 8)}_${turn}_${++this.#calls}`;
    this.#ids.set(id, own);
    this.#log.tell({ type: 'ToolCallStart', runId, id: own, name: nameOf(name) });
    return own;
  }

  /** Thoughts before text, as models think first. */
  #endText(): void {
    if (this.#thought !== '') {
      const text = this.#thought;
      this.#thought = '';
      this.#log.tell({ type: 'ReasoningDone', runId: this.#request.runId, text });
    }
    if (this.#text === '') return;
    const text = cutText(this.#text, AGENT_LIMITS.textChars);
    this.#text = '';
    this.#log.tell({ type: 'TextDone', runId: this.#request.runId, text });
  }
}

/** As the database keeps texts: without NUL and without half a character. */
const storable = (text: string): string => text.replaceAll('\0', '\ufffd').toWellFormed();
const nameOf = (name: string): string => storable(name).slice(0, 100) || 'unnamed';
/** A provider that does not say how much it took is not to be believed where it says nonsense. */
const count = (tokens: number | undefined): number =>
  tokens !== undefined && Number.isSafeInteger(tokens) && tokens >= 0 ? tokens : 0;

/** A delta as large as a whole turn is taken apart, so that each fits an event. */
function pieces(text: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += 16_000) parts.push(text.slice(at, at + 16_000));
  return parts;
}

/** Contracts without their checks: what a model writes is looked at before it is done, and told to it in words. */
function toolSet(names: readonly ToolName[]): ToolSet {
  return Object.fromEntries(
    names.map((name) => {
      const { description, input } = toolContracts[name];
      const schema = z.toJSONSchema(input, { io: 'input' }) as Parameters<typeof jsonSchema>[0];
      return [name, tool({ description, inputSchema: jsonSchema(schema) })];
    }),
  );
}

/** As their servers wrote them. */
function outsideSet(tools: readonly OutsideTool[]): ToolSet {
  return Object.fromEntries(
    tools.map(({ name, description, inputSchema }) => [
      name,
      tool({ description, inputSchema: jsonSchema(inputSchema as Parameters<typeof jsonSchema>[0]) }),
    ]),
  );
}

/** From the log's words to those of the AI SDK. */
function toModelMessage(message: PromptMessage, isKnown: (name: string) => boolean): ModelMessage {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: message.text };
    case 'assistant':
      return {
        role: 'assistant',
        content: [
          ...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]),
          ...message.calls.map((call) => ({
            type: 'tool-call' as const,
            toolCallId: call.id,
            // A name that no tool has would be refused by some providers for ever after.
            toolName: isKnown(call.name) ? call.name : 'Unknown',
            input: parseArguments(call.arguments),
          })),
        ],
      };
    case 'tool':
      return {
        role: 'tool',
        content: message.results.map((result) => ({
          type: 'tool-result' as const,
          toolCallId: result.id,
          toolName: isKnown(result.name) ? result.name : 'Unknown',
          output: { type: result.ok ? ('text' as const) : ('error-text' as const), value: result.text },
        })),
      };
  }
}

/** Providers take objects alone. What the model wrote amiss is handed back to it in one, so that it sees it. */
function parseArguments(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value };
  } catch (error) {
    if (error instanceof SyntaxError) return { malformed: text.slice(0, 1000) };
    throw error;
  }
}

/** In words for a person, without what may hold a key: the answer's body is the provider's own, and is cut. */
export function describeError(error: unknown): Extract<TurnOutcome, { message: string }> {
  const last = lastOf(error);
  if (APICallError.isInstance(last) && (last.statusCode === undefined || last.statusCode >= 400)) {
    const said = cutText(last.message, 400);
    switch (last.statusCode) {
      case 401:
      case 403:
        return refused(`The provider does not take the key (${last.statusCode}): ${said}. Set another key`);
      case 404:
        return refused(`The provider has no such model or address (404): ${said}`);
      case 413:
        return refused(`The conversation is too large for the provider (413): ${said}. Begin a new session`);
      case 429:
        return refused(`The provider asks to wait (429): ${said}. Run again in a while`);
      case 529:
        return refused(`The provider is overloaded (529): ${said}. Run again in a while`);
      case undefined:
        return { outcome: 'broken', message: `The provider cannot be reached: ${said}` };
      default:
        return refused(`The provider failed (${last.statusCode}): ${said}`);
    }
  }
  const text = last instanceof Error ? last.message : 'The provider said that something is wrong';
  return { outcome: 'broken', message: cutText(`The model broke off its answer: ${text}`, 500) };
}

const refused = (message: string): Extract<TurnOutcome, { message: string }> => ({ outcome: 'refused', message });

/** The AI SDK wraps what it has tried several times; the last one says why it gave up. */
function lastOf(error: unknown): unknown {
  return error instanceof Error && 'lastError' in error ? error.lastError : error;
}

/** One kind of event for all three ends. */
export const interrupted = (
  runId: string,
  turn: number,
  result: 'Interrupted' | 'Cancelled' | 'Failed',
): AgentEvent => ({
  type: 'TurnEnd',
  runId,
  turn,
  result,
});
