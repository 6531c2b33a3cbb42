import type { Transport } from '@codemirror/lsp-client';
import type { OpenProcess } from '@slipway/embed';
import * as z from 'zod';
import { encodeFrame, FrameReader } from './message-frames.ts';

/** What a server may ask of the editor. Resolves with the answer, or `undefined` for a question that has none here. */
export type AnswerServer = (method: string, params: unknown) => Promise<unknown>;

/** More that a server has not taken than any editing makes: it has stopped reading. */
export const MOST_WAITING_BYTES = 16 * 1024 * 1024;
/** JSON-RPC 2.0, section 5.1. */
const METHOD_NOT_FOUND = -32601;

/** Any message; what it holds besides is parsed by whom it is for. */
const anyMessage = z.looseObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.int(), z.string(), z.null()]).optional(),
  method: z.string().optional(),
});

/** `transport` carries LSP, `ended` says why it stopped. */
export interface ServerLine {
  readonly transport: Transport;
  /** Resolves, when the program's output has ended, with what was wrong; undefined where nothing was. */
  readonly ended: Promise<string | undefined>;
}

/** Speaks LSP with a program over its pipes. Hostile: what it says is parsed, and what it does not take is bounded. */
export function makeTransport(process: Pick<OpenProcess, 'stdin' | 'stdout'>, answer: AnswerServer): ServerLine {
  const handlers = new Set<(message: string) => void>();
  const writer = process.stdin.getWriter();
  let waiting = 0;
  let broken: string | undefined;
  const reader = process.stdout.getReader();
  /** Ends the reading too: whoever waits for `ended` kills the program. */
  const breakOff = (why: string): void => {
    broken ??= why;
    void reader.cancel().catch((error: unknown) => console.debug('The output had ended:', error));
  };
  /** After a break nothing is sent: the library does not know of it yet, and goes on asking. */
  const send = (message: string): void => {
    if (broken !== undefined) return;
    const frame = encodeFrame(message);
    waiting += frame.length;
    if (waiting > MOST_WAITING_BYTES) return breakOff('it does not read what it is told');
    writer.write(frame).then(
      () => (waiting -= frame.length),
      (error: unknown) => breakOff(error instanceof Error ? error.message : String(error)),
    );
  };
  /** Every request gets an answer (JSON-RPC 2.0, section 5), also one that is not known: servers wait for it. */
  const reply = (id: string | number, value: unknown): void => {
    const body =
      value === undefined ? { error: { code: METHOD_NOT_FOUND, message: 'Not done here' } } : { result: value };
    send(JSON.stringify({ jsonrpc: '2.0', id, ...body }));
  };
  /**
   * A message with a method and an id is a request to the editor and ends here; notifications and answers go
   * to the library.
   */
  const hear = (text: string): void => {
    const { id, method } = anyMessage.parse(JSON.parse(text));
    if (method === undefined || id === undefined || id === null) {
      for (const handler of [...handlers]) handler(text);
      return;
    }
    const { params } = JSON.parse(text) as { params?: unknown };
    answer(method, params).then(
      (value) => reply(id, value),
      (error: unknown) => {
        console.warn(`A language server asked for "${method}":`, error);
        reply(id, undefined);
      },
    );
  };
  /** Never rejects: what was wrong is its result, and the caller says so to people. */
  const listen = async (): Promise<string | undefined> => {
    const frames = new FrameReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return broken;
        for (const message of frames.push(value)) hear(message);
      }
    } catch (error) {
      broken ??= error instanceof z.ZodError || error instanceof SyntaxError ? 'it does not speak LSP' : String(error);
      return broken;
    }
  };
  return {
    ended: listen(),
    transport: {
      send,
      subscribe: (handler) => void handlers.add(handler),
      unsubscribe: (handler) => void handlers.delete(handler),
    },
  };
}
