import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';

/**
 * An answer of events. Where `work` fails the stream ends, and whoever listens comes again; what failed is for
 * `onFailure` alone: hono by itself would send the error's own text, which may be a statement of SQL (SV-11).
 */
export function eventStream(
  c: Context,
  work: (stream: SSEStreamingApi) => Promise<void>,
  onFailure: (error: unknown) => void,
): Response {
  return streamSSE(c, async (stream) => {
    try {
      await work(stream);
    } catch (error) {
      onFailure(error);
    }
  });
}
