import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { fail } from './api-error.ts';
import type { ServerEnv } from './server-env.ts';

/** What any route takes that does not say otherwise: the longest ordinary body is a sign-in. */
export const DEFAULT_BODY_BYTES = 64 * 1024;

/** Who sends nothing for so long is cut off: what came is held in memory, and perhaps in the place of others. */
const BODY_IDLE_MS = 20_000;
/** Nor may it be slower than this in all, once it has begun: four at once on the slowest line that people have. */
const BODY_BYTES_PER_SECOND = 8 * 1024;

/** A route that takes more, once it knows who is asking: it reads the body itself, with `readBody`. */
export interface LargeBody {
  method: string;
  path: RegExp;
  limitBytes: number;
}

/** The larger body that this request's route takes, if it is such a route. */
export function largeBodyOf(c: Context, bodies: readonly LargeBody[]): LargeBody | undefined {
  return bodies.find(({ method, path }) => method === c.req.method && path.test(c.req.path));
}

/**
 * Stands before everything that looks at a request, sign-in included (SV-04). A
 * body that says that it is too long is refused by what it says, and never longer
 * than that: the parser sees to it. One that does not say is counted as it comes.
 */
export const limitBodies = (large: readonly LargeBody[]) =>
  createMiddleware<ServerEnv>(async (c, next) => {
    const limitBytes = largeBodyOf(c, large)?.limitBytes ?? DEFAULT_BODY_BYTES;
    if (Number(c.req.header('content-length') ?? 0) > limitBytes) return tooLarge(c, limitBytes);
    if (c.req.header('transfer-encoding') === undefined || limitBytes > DEFAULT_BODY_BYTES) return next();
    const body = await takeAtMost(bodyOf(c), limitBytes);
    if (!body) return tooLarge(c, limitBytes);
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      c.req.raw = new Request(c.req.url, { method: c.req.method, headers: new Headers(c.req.header()), body });
    }
    return next();
  });

/** Reads no more than the limit, whatever the request says of its length. */
export async function readBody(
  c: Context,
  limitBytes: number,
): Promise<{ outcome: 'read'; bytes: Uint8Array } | { outcome: 'refused'; answer: Response }> {
  const cut = (): void => void (c.env as ServerEnv['Bindings'] | undefined)?.incoming?.socket.destroy();
  const idle = setTimeout(cut, BODY_IDLE_MS);
  const began = performance.now();
  const onPiece = (size: number): void => {
    const allowedMs = BODY_IDLE_MS + (size / BODY_BYTES_PER_SECOND) * 1000;
    if (performance.now() - began > allowedMs) cut();
    else idle.refresh();
  };
  const bytes = await takeAtMost(c.req.raw.body ?? undefined, limitBytes, onPiece).finally(() => clearTimeout(idle));
  return bytes ? { outcome: 'read', bytes } : { outcome: 'refused', answer: tooLarge(c, limitBytes) };
}

function tooLarge(c: Context, limitBytes: number): Response {
  return fail(c, 'PAYLOAD_TOO_LARGE', `The body may have at most ${limitBytes} bytes`, { limitBytes });
}

/** The Fetch standard has no body for GET; the sender may not know that. */
function bodyOf(c: Context<ServerEnv>): AsyncIterable<Uint8Array> | ReadableStream<Uint8Array> | undefined {
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return c.req.raw.body ?? undefined;
  return c.env?.incoming?.iterator({ destroyOnReturn: false });
}

/** Undefined when there is more; the rest is left where it is. */
async function takeAtMost(
  source: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array> | undefined,
  limitBytes: number,
  onPiece: (size: number) => void = () => undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source instanceof ReadableStream
    ? source.values({ preventCancel: true })
    : (source ?? [])) {
    size += chunk.length;
    onPiece(size);
    if (size > limitBytes) return undefined;
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
