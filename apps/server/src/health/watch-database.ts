import { type Db, type Database, isConnectTimeout, pingDatabase } from '@slipway/db';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import { fail } from '../http/api-error.ts';
import type { ServerEnv } from '../http/server-env.ts';

const LOOK_EVERY_MS = 2000;
/** So many looks in a row find the same question unanswered. Looks, not time: this process may have been stopped. */
const SILENT_LOOKS = 4;
/** From then on a new connection is asked as well: perhaps it is the old one alone that leads nowhere. */
const DOUBTFUL_LOOKS = 2;

/** Whether the database answers at all. Errors are answers: what they mean is each request's own concern. */
export interface DatabaseWatch {
  isSilent(): boolean;
  /** Called once it falls silent. Gives back how to be forgotten. */
  onSilence(tell: () => void): () => void;
  stop(): void;
}

/**
 * The driver waits for ever for a database that is there and silent: a machine that was paused, a network that drops
 * packets. Time limits of statements are counted by the very server that says nothing. So somebody asks a small
 * question all the time, on a connection of his own, and in doubt on a new one (SV-16).
 */
export function watchDatabase(db: Db, openAnother: () => Database, log: Logger): DatabaseWatch {
  const waiting = new Set<() => void>();
  const asking = new Set<'own' | 'another'>();
  let unanswered = 0;
  const isSilent = (): boolean => unanswered >= SILENT_LOOKS;
  const ask = (whom: 'own' | 'another', question: () => Promise<void>): void => {
    if (asking.has(whom)) return;
    asking.add(whom);
    const answered = (): void => {
      if (isSilent()) log.warn('the database answers again');
      unanswered = 0;
    };
    void question()
      .then(answered, (error: unknown) => (isConnectTimeout(error) ? undefined : answered()))
      .finally(() => asking.delete(whom));
  };
  const askAnother = async (): Promise<void> => {
    const another = openAnother();
    await pingDatabase(another.db).finally(() => void another.close().catch(() => undefined));
  };
  const timer = setInterval(() => {
    if (asking.size > 0) unanswered++;
    ask('own', () => pingDatabase(db));
    if (unanswered >= DOUBTFUL_LOOKS) ask('another', askAnother);
    if (unanswered !== SILENT_LOOKS) return;
    log.error('the database does not answer: requests are refused until it does');
    for (const tell of waiting) tell();
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    isSilent,
    onSilence: (tell) => {
      waiting.add(tell);
      return () => waiting.delete(tell);
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * 503 for who comes while the database is silent, and nothing is begun for him; and for who waits for it when it falls
 * silent: what was begun goes on by itself, and what it answers is let go.
 */
export async function unlessSilent(
  { databaseWatch: watch, log }: { databaseWatch: DatabaseWatch; log: Logger },
  c: Context<ServerEnv>,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  if (watch.isSilent()) return sayAway(c);
  let forget = (): void => undefined;
  const silent = new Promise<'silent'>((resolve) => (forget = watch.onSilence(() => resolve('silent'))));
  const answered = Promise.resolve(answer());
  const first = await Promise.race([answered, silent]).finally(() => forget());
  if (first !== 'silent') return first;
  // A stream that nobody reads would keep its place, and its subscription, for ever.
  void answered
    .then(async (late) => await late.body?.cancel())
    .catch((error: unknown) =>
      log.debug({ err: error, requestId: c.env.requestId }, 'request failed after its answer'),
    );
  return sayAway(c);
}

function sayAway(c: Context<ServerEnv>): Response {
  c.header('Retry-After', '5');
  return fail(c, 'SERVICE_UNAVAILABLE', 'The database does not answer: try again in a moment', {
    requestId: c.env.requestId,
  });
}
