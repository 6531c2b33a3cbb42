import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers a request to the app host; false when the path is none of its own. */
export type AppRoutes = (url: URL, request: IncomingMessage, response: ServerResponse) => Promise<boolean> | boolean;

/** Ends the response: nothing can be written to it afterwards. */
export function answer(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, { ...headers, 'Content-Type': type });
  response.end(body);
}

/** Exports of whole projects come this way; the machine's memory is the caller's own. */
const BODY_LIMIT_BYTES = 1024 ** 3;

/** The body of a request; throws beyond `limitBytes`. */
export async function readBody(request: IncomingMessage, limitBytes = BODY_LIMIT_BYTES): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limitBytes) throw new Error(`Cannot read the request: it has more than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
