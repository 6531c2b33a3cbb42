import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `until` holds the answer back, so that a test can act in between. */
export type ScriptedReply =
  | {
      /** What it thinks first; told by the wire of OpenAI alone, as its imitators do. */
      readonly thought?: string;
      readonly text?: string;
      readonly calls?: readonly ScriptedCall[];
      readonly until?: Promise<unknown>;
      /** Between two pieces of its text; without it they come at once. */
      readonly everyMs?: number;
    }
  /** The connection breaks in the middle of its text, or of a call's arguments. */
  | { readonly broken: 'text' | 'call' }
  /** It never ends. */
  | { readonly endless: true }
  | { readonly status: number; readonly headers?: Record<string, string>; readonly message?: string };

/** A call; arguments that are a text go as they are, JSON or not. */
export interface ScriptedCall {
  readonly name: string;
  readonly args: unknown;
}

/** What a model was asked, whichever wire it came by. */
export interface ModelRequest {
  readonly system: string;
  readonly messages: readonly { readonly role: string; readonly text: string }[];
  /** Turns of the model since a person last spoke. */
  readonly turn: number;
  /** The results that came last, in order. */
  readonly results: readonly string[];
  readonly tools: readonly string[];
  readonly headers: IncomingMessage['headers'];
}

/** A model behind HTTP that says what a test wants, by the wire of OpenAI and by that of Anthropic. */
export interface ModelServer {
  readonly url: string;
  readonly requests: ModelRequest[];
  respond: (request: ModelRequest) => ScriptedReply;
  close(): Promise<void>;
}

/** On a free port. */
export async function startModelServer(): Promise<ModelServer> {
  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const model: ModelServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`,
    requests: [],
    respond: () => ({ text: 'Done' }),
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Body;
    const wire = request.url === '/v1/messages' ? anthropicWire : openaiWire;
    const asked = { ...wire.read(body), headers: request.headers };
    model.requests.push(asked);
    const reply = model.respond(asked);
    if ('status' in reply) {
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
      response.end(
        JSON.stringify({ type: 'error', error: { type: 'scripted', message: reply.message ?? 'scripted' } }),
      );
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (data: object | string, event?: string): void => {
      const name = event === undefined ? '' : `event: ${event}\n`;
      response.write(`${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
    };
    wire.begin(send);
    if ('endless' in reply) {
      await speakForEver(response, () => wire.text('again and again '.repeat(200), send));
    } else if ('broken' in reply) {
      if (reply.broken === 'text') wire.text('I begin, and', send);
      else wire.call(0, { name: 'Read', args: '{"path": "a' }, send);
      await new Promise((resolve) => response.write(': \n\n', resolve));
      response.destroy();
    } else {
      if (reply.thought !== undefined) wire.think?.(reply.thought, send);
      await reply.until;
      if (reply.text !== undefined) await speak(reply.text, reply.everyMs, (piece) => wire.text(piece, send));
      for (const [at, call] of (reply.calls ?? []).entries()) wire.call(at, call, send);
      wire.end((reply.calls ?? []).length > 0, send);
      response.end();
    }
  }
  return model;
}

/** In small pieces, at a steady pace where one is given. */
async function speak(text: string, everyMs: number | undefined, say: (piece: string) => void): Promise<void> {
  const began = performance.now();
  for (const [at, piece] of (text.match(/[^]{1,7}/g) ?? []).entries()) {
    const early = everyMs === undefined ? 0 : began + at * everyMs - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    say(piece);
  }
}

/** A turn of the loop between pieces, or the connection's end would never be heard. */
async function speakForEver(response: ServerResponse, speak: () => void): Promise<void> {
  while (!response.destroyed && !response.closed) {
    speak();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

interface Message {
  role: string;
  content?: string | null | { type: string; text?: string; content?: unknown; tool_use_id?: string }[];
}
interface Body {
  system?: string | { text: string }[];
  messages: Message[];
  tools?: { name?: string; function?: { name: string } }[];
}
type Send = (data: object | string, event?: string) => void;

interface Wire {
  read(body: Body): Omit<ModelRequest, 'headers'>;
  begin(send: Send): void;
  text(text: string, send: Send): void;
  think?(text: string, send: Send): void;
  call(at: number, call: ScriptedCall, send: Send): void;
  end(hasCalls: boolean, send: Send): void;
}

const argumentsOf = ({ args }: ScriptedCall): string => (typeof args === 'string' ? args : JSON.stringify(args));
const textOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? content.map((part: { text?: string; content?: unknown }) => part.text ?? textOf(part.content)).join('')
      : '';

/** Chat Completions, streamed: usage comes in a last chunk without choices, then `[DONE]`. */
const openaiWire: Wire = {
  read: ({ messages, tools = [] }) => {
    const told = messages.map(({ role, content }) => ({ role, text: textOf(content) }));
    const since = told.slice(told.findLastIndex(({ role }) => role === 'user') + 1);
    const last = since.findLastIndex(({ role }) => role === 'assistant');
    return {
      system: told.find(({ role }) => role === 'system')?.text ?? '',
      messages: told.filter(({ role }) => role !== 'system'),
      turn: since.filter(({ role }) => role === 'assistant').length,
      results: since.slice(last + 1).map(({ text }) => text),
      tools: tools.map((one) => one.function?.name ?? ''),
    };
  },
  begin: (send) => send(openaiChunk({ role: 'assistant', content: '' })),
  text: (content, send) => send(openaiChunk({ content })),
  think: (thought, send) => send(openaiChunk({ reasoning_content: thought })),
  call: (index, call, send) => {
    const text = argumentsOf(call);
    const half = Math.ceil(text.length / 2);
    // Every turn's first call has the same id, as some servers do.
    const begin = {
      index,
      id: `call_${index}`,
      type: 'function',
      function: { name: call.name, arguments: text.slice(0, half) },
    };
    send(openaiChunk({ tool_calls: [begin] }));
    send(openaiChunk({ tool_calls: [{ index, function: { arguments: text.slice(half) } }] }));
  },
  end: (hasCalls, send) => {
    send(openaiChunk({}, hasCalls ? 'tool_calls' : 'stop'));
    send({ ...openaiChunk({}), choices: [], usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 } });
    send('[DONE]');
  },
};

function openaiChunk(delta: object, finish: string | null = null): object {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'scripted', choices };
}

/** Messages, streamed: each part is a block with a start, deltas and a stop. */
const anthropicWire: Wire = {
  read: ({ system = '', messages, tools = [] }) => {
    const parts = (message: Message) => (typeof message.content === 'string' ? [] : (message.content ?? []));
    const isResult = (message: Message) => parts(message).some(({ type }) => type === 'tool_result');
    const spoken = messages.findLastIndex((message) => message.role === 'user' && !isResult(message));
    const last = messages.at(-1);
    return {
      system: textOf(system),
      messages: messages.map((message) => ({ role: message.role, text: textOf(message.content) })),
      turn: messages.slice(spoken + 1).filter(({ role }) => role === 'assistant').length,
      results: last && isResult(last) ? parts(last).map((part) => textOf(part.content)) : [],
      tools: tools.map((one) => one.name ?? ''),
    };
  },
  begin: (send) => {
    const usage = { input_tokens: 100, output_tokens: 1 };
    const message = { id: 'm', type: 'message', role: 'assistant', model: 'scripted', content: [], usage };
    send({ type: 'message_start', message: { ...message, stop_reason: null, stop_sequence: null } }, 'message_start');
  },
  text: (text, send) => {
    send({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }, 'content_block_start');
    send({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }, 'content_block_delta');
    send({ type: 'content_block_stop', index: 0 }, 'content_block_stop');
  },
  call: (at, call, send) => {
    const index = at + 1;
    const block = { type: 'tool_use', id: `toolu_${index}`, name: call.name, input: {} };
    send({ type: 'content_block_start', index, content_block: block }, 'content_block_start');
    const delta = { type: 'input_json_delta', partial_json: argumentsOf(call) };
    send({ type: 'content_block_delta', index, delta }, 'content_block_delta');
    send({ type: 'content_block_stop', index }, 'content_block_stop');
  },
  end: (hasCalls, send) => {
    const delta = { stop_reason: hasCalls ? 'tool_use' : 'end_turn', stop_sequence: null };
    send({ type: 'message_delta', delta, usage: { output_tokens: 10 } }, 'message_delta');
    send({ type: 'message_stop' }, 'message_stop');
  },
};
