import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** A pool of sessions with the database, by the name of who uses it. */
export interface WatchedPool {
  name: string;
  load(): { pending: number; max: number };
}

/** What one server counts while it serves. Made once; `createMetrics` hands out the doors to count through. */
export interface Metrics {
  registry: Registry;
  /** An answer that was given, by the kind of host that gave it. */
  answered(host: string, status: number, ms: number): void;
  sentBytes(bytes: number): void;
  poolWait(pool: string): (ms: number) => void;
  watchPool(pool: WatchedPool): void;
  watchStreams(total: () => number): void;
}

/** In seconds, from what a cache answers to what a lock delays. */
const buckets = [0.005, 0.02, 0.1, 0.5, 2, 10, 60];

/** Names begin with `slipway_`; what the process itself takes has the client library's own names. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'slipway_request_seconds',
    help: 'Time to the answer\u2019s headers, by kind of host and class of status',
    labelNames: ['host', 'status'],
    buckets,
    registers,
  });
  const sent = new Counter({
    name: 'slipway_sent_bytes_total',
    help: 'Bytes sent to clients, headers included',
    registers,
  });
  const waits = new Histogram({
    name: 'slipway_pool_wait_seconds',
    help: 'How long transactions waited for a session, by pool',
    labelNames: ['pool'],
    buckets,
    registers,
  });
  const pools: WatchedPool[] = [];
  const pending: Gauge = new Gauge({
    name: 'slipway_pool_pending',
    help: 'Questions to the database that are not answered; those above slipway_pool_size wait for a session',
    labelNames: ['pool'],
    registers,
    collect: () => {
      for (const { name, load } of pools) pending.set({ pool: name }, load().pending);
    },
  });
  const size = new Gauge({
    name: 'slipway_pool_size',
    help: 'Sessions that a pool may have',
    labelNames: ['pool'],
    registers,
  });
  return {
    registry,
    // Of a status its class alone: which page was missing is for the access log.
    answered: (host, status, ms) => requests.observe({ host, status: `${Math.floor(status / 100)}xx` }, ms / 1000),
    sentBytes: (bytes) => sent.inc(bytes),
    poolWait: (pool) => (ms) => waits.observe({ pool }, ms / 1000),
    watchPool: (pool) => {
      pools.push(pool);
      size.set({ pool: pool.name }, pool.load().max);
    },
    watchStreams: (total) => {
      const streams: Gauge = new Gauge({
        name: 'slipway_event_streams',
        help: 'Open event streams',
        registers,
        collect: () => streams.set(total()),
      });
    },
  };
}
