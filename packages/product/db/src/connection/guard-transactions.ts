import type postgres from 'postgres';
import { PREPARED_MARK } from './prepared.ts';

/** With which the server ends a session: idle in a transaction, by its operator, in a crash, idle for too long. */
const farewellCodes = ['25P03', '57P01', '57P02', '57P05'];
/** The reasons of a connection that is gone, whoever ended it. */
const lossCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'ECONNRESET',
  'EPIPE',
  ...farewellCodes,
]);

/**
 * What a database says that is overloaded, locked up, or not there. 55P03: lock not available;
 * 57014: statement timeout; 57P03: starting up; 53300: too many sessions; 40P01: deadlock; 25006: a
 * standby that is about to be the primary; 08xxx: a pooler that has lost its server. The network's
 * own: the name or the machine is away while another one takes over.
 */
const awayCodes = new Set([
  ...lossCodes,
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  '25006',
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  '08P01',
  '55P03',
  '57014',
  '57P03',
  '53300',
  '40P01',
]);

/** Whether the same question may well be answered a moment later. */
export function isDatabaseAway(error: unknown): boolean {
  return hasCode(error, awayCodes);
}

/** Whether nobody answered while a connection was made. */
export function isConnectTimeout(error: unknown): boolean {
  return hasCode(error, new Set(['CONNECT_TIMEOUT']));
}

/** Whether a query failed because its session ended. What it was part of is rolled back, or was committed already. */
export function isConnectionLoss(error: unknown): boolean {
  return hasCode(error, lossCodes);
}

function hasCode(error: unknown, codes: ReadonlySet<string>): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && codes.has(code)) return true;
  }
  return false;
}

/** `onWait` tells how many milliseconds a transaction waited for its session. */
export interface PoolWatch {
  /** Counts a question, or a transaction, until it is answered. */
  count<T>(work: PromiseLike<T>): Promise<T>;
  onWait(ms: number): void;
}

/**
 * The driver, with transactions that survive the end of their session. The
 * server ends sessions that idle in a transaction (a process that was stopped, or
 * whose event loop hung), and the driver then goes on to write to a socket that is
 * no more: its own `rollback`, and whatever the body still says. That throws where
 * nobody can catch it, or, once the pool has connected anew, runs outside of any
 * transaction. So after a loss nothing of that transaction is sent any more.
 *
 * The driver also keeps the server's farewell and hands it to the next query of
 * that place in the pool, which was never sent: that one is asked again.
 */
export function guardTransactions(client: postgres.Sql, { count, onWait }: PoolWatch): postgres.Sql {
  const begin = async <T>(body: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> => {
    // A transaction whose body has run a part must not be
    // run again here: only its caller knows what that means.
    let begun = false;
    const askedAt = performance.now();
    const first = (tx: postgres.TransactionSql) => {
      begun = true;
      onWait(performance.now() - askedAt);
      return body(tx);
    };
    const attempt = () => count(beginOnce(client, first));
    return await attempt().catch((error: unknown) => (!begun && isFarewell(error) ? attempt() : Promise.reject(error)));
  };
  const unsafe = (...[text, values, options]: Parameters<postgres.Sql['unsafe']>) => {
    // The driver's own `prepare: false` goes before this.
    const args: Parameters<postgres.Sql['unsafe']> = text.startsWith(PREPARED_MARK)
      ? [text, values, { ...options, prepare: true }]
      : [text, values, options];
    const again = <T>(ask: () => PromiseLike<T>): Promise<T> =>
      count(ask()).catch(async (error: unknown) =>
        isFarewell(error) ? await count(ask()) : await Promise.reject(error),
      );
    // What Drizzle uses of a pending query, and as lazy.
    return {
      then: (...handlers: Parameters<Promise<unknown>['then']>) =>
        again(() => client.unsafe(...args)).then(...handlers),
      values: () => again(() => client.unsafe(...args).values()),
    };
  };
  const own = new Map<string | symbol, unknown>(Object.entries({ begin, unsafe }));
  // A proxy, because the driver's client is a function with properties.
  return new Proxy(client, {
    get: (target, name, receiver) => own.get(name) ?? (Reflect.get(target, name, receiver) as unknown),
  });
}

function isFarewell(error: unknown): boolean {
  return farewellCodes.includes(String((error as { code?: unknown }).code));
}

function beginOnce<T>(client: postgres.Sql, body: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> {
  let lost: unknown;
  const result = client.begin(async (tx): Promise<T> => {
    try {
      return await body(refuseAfter(tx, () => lost));
    } catch (error) {
      if (lost === undefined && !isConnectionLoss(error)) throw error;
      // The driver has rejected `result` by itself; told of the failure, it would roll back on a dead connection.
      return await new Promise<never>(() => undefined);
    }
  }) as Promise<T>;
  return result.catch((error: unknown) => {
    lost = error;
    throw error;
  });
}

function refuseAfter(tx: postgres.TransactionSql, loss: () => unknown): postgres.TransactionSql {
  return new Proxy(tx, {
    get: (target, name, receiver) => {
      const lost = loss();
      if (lost !== undefined)
        throw new Error('Cannot go on with the transaction: its session has ended', { cause: lost });
      return Reflect.get(target, name, receiver) as unknown;
    },
    apply: (target, self, args) => Reflect.apply(target, self, args) as unknown,
  });
}
