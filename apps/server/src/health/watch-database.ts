import { type Db, pingDatabase } from '@slipway/db';
import { createMiddleware } from 'hono/factory';
import type { Logger } from 'pino';
import { fail } from '../http/api-error.ts';
import type { ServerEnv } from '../http/server-env.ts';

const LOOK_EVERY_MS = 2000;
/** So many looks in a row find the same question unanswered. Looks, not time: this process may have been stopped. */
const SILENT_LOOKS = 4;

/** Whether the database answers at all. Errors are answers: what they mean is each request's own concern. */
export interface DatabaseWatch {
  /** Called once it has fallen silent; at once while it is. Gives back how to be forgotten. */
  onSilence(tell: () => void): () => void;
  stop(): void;
}

/**
 * The driver waits for ever for a database that is there and silent: a machine that was paused, a network that drops
 * packets. Time limits of statements are counted by the very server that says nothing. So somebody asks a small
 * question all the time, on a connection of his own (SV-16).
 */
export function watchDatabase(db: Db, log: Logger): DatabaseWatch {
  const waiting = new Set<() => void>();
  let asking: Promise<void> | undefined;
  let unanswered = 0;
  const isSilent = (): boolean => unanswered >= SILENT_LOOKS;
  const answered = (): void => {
    asking = undefined;
    if (isSilent()) log.warn('the database answers again');
    unanswered = 0;
  };
  const timer = setInterval(() => {
    if (asking === undefined) {
      asking = pingDatabase(db).then(answered, answered);
      return;
    }
    unanswered++;
    if (unanswered !== SILENT_LOOKS) return;
    log.error('the database does not answer: requests are refused until it does');
    for (const tell of waiting) tell();
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    onSilence: (tell) => {
      if (isSilent()) tell();
      else waiting.add(tell);
      return () => waiting.delete(tell);
    },
    stop: () => clearInterval(timer),
  };
}

/** 503 for who waits for a silent database, or comes while it is silent. What the handler does goes on by itself. */
export const refuseWhileSilent = (watch: DatabaseWatch, log: Logger) =>
  createMiddleware<ServerEnv>(async (c, next) => {
    let forget = (): void => undefined;
    const silent = new Promise<'silent'>((resolve) => (forget = watch.onSilence(() => resolve('silent'))));
    const handled = next().then(() => 'handled' as const);
    // Whoever has stopped waiting for it learns nothing of how it ended.
    handled.catch((error: unknown) => log.debug({ err: error, requestId: c.env.requestId }, 'request failed'));
    const first = await Promise.race([handled, silent]).finally(() => forget());
    if (first === 'handled') return undefined;
    c.header('Retry-After', '5');
    return fail(c, 'SERVICE_UNAVAILABLE', 'The database does not answer: try again in a moment', {
      requestId: c.env.requestId,
    });
  });
