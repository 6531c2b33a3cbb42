import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { ServerEnv } from '../http/server-env.ts';

/** A reader that takes nothing for so long has gone without a word. */
const READER_IDLE_MS = 60_000;

/**
 * An answer whose bytes are made as they are read. The first piece is waited for: what goes wrong before it has an
 * answer of its own; what goes wrong later cuts the line, so that nobody takes a part for the whole.
 */
export async function streamAnswer(
  c: Context<ServerEnv>,
  pieces: AsyncGenerator<Uint8Array>,
  { ended = () => undefined, log, requestMs }: { ended?: () => void; log: Logger; requestMs: number },
): Promise<Response> {
  const drop = (): void => {
    finish();
    void pieces.return(undefined);
    c.env?.incoming?.socket.destroy();
  };
  const cut = setTimeout(drop, requestMs);
  let idle: NodeJS.Timeout | undefined;
  const finish = (): void => {
    clearTimeout(cut);
    clearTimeout(idle);
    ended();
  };
  let first: IteratorResult<Uint8Array>;
  try {
    first = await pieces.next();
  } catch (error) {
    finish();
    throw error;
  }
  const requestId = c.env?.requestId;
  const kind = c.req.path.slice(c.req.path.lastIndexOf('/') + 1);
  let unread: IteratorResult<Uint8Array> | undefined = first;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        clearTimeout(idle);
        try {
          const next = unread ?? (await pieces.next());
          unread = undefined;
          if (next.done !== true) {
            // It holds a place of others until it is asked for more.
            idle = setTimeout(drop, READER_IDLE_MS);
            return controller.enqueue(next.value);
          }
          finish();
          controller.close();
        } catch (error) {
          finish();
          log.error({ err: error, requestId }, 'git request failed');
          throw error;
        }
      },
      cancel: async () => {
        finish();
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
  return c.body(stream, 200, {
    'Content-Type': `application/x-${kind}-result`,
    'Cache-Control': 'no-cache, max-age=0, must-revalidate',
  });
}
