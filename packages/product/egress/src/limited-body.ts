import type { IncomingMessage } from 'node:http';
import { EgressError } from './egress-error.ts';

/** The body of an answer as it comes, and no more of it than was agreed. Who stops reading ends the connection. */
export function limitedBody(
  incoming: IncomingMessage,
  maxBytes: number,
  explain: (error: unknown) => unknown,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = incoming[Symbol.asyncIterator]() as AsyncIterator<Uint8Array<ArrayBuffer>>;
  let size = 0;
  return new ReadableStream({
    pull: async (controller) => {
      try {
        const next = await chunks.next();
        if (next.done === true) return controller.close();
        size += next.value.length;
        if (size > maxBytes)
          throw new EgressError('too-large', `Cannot take the whole answer: it has more than ${maxBytes} bytes`);
        controller.enqueue(new Uint8Array(next.value));
      } catch (error) {
        incoming.destroy();
        controller.error(explain(error));
      }
    },
    cancel: () => void incoming.destroy(),
  });
}
