import type { QueueMeasures, TableSize } from '@slipway/db';
import { Gauge, Registry } from 'prom-client';

/**
 * What the database says, as figures of a registry of their own: they are set at each question, and forgotten after.
 */
export function describeQueue(measures: QueueMeasures | undefined, tables: readonly TableSize[]): Registry {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  gauge('slipway_database_up', 'Whether the database answered').set(measures ? 1 : 0);
  if (!measures) return registry;
  gauge('slipway_jobs_waiting', 'Jobs that no worker has').set(measures.waiting);
  gauge('slipway_jobs_running', 'Jobs that a worker has').set(measures.running);
  gauge('slipway_workers', 'Workers that say that they are there, idle ones too').set(measures.workers);
  gauge('slipway_jobs_oldest_seconds', 'How long the job has waited that waits longest').set(measures.oldestSeconds);
  gauge('slipway_lease_losses_1h', 'Jobs of the last hour that were taken from a silent worker').set(
    measures.leaseLosses,
  );
  const ended = gauge('slipway_jobs_ended_1h', 'Jobs that ended within the last hour', ['status']);
  for (const [status, count] of Object.entries(measures.ended)) ended.set({ status }, count);
  const times = { waitSeconds: 'wait', buildSeconds: 'build' } as const;
  for (const [field, name] of Object.entries(times) as [keyof typeof times, string][]) {
    const help = `Seconds that jobs of the last hour took to ${name === 'wait' ? 'begin' : 'end'}`;
    const quantiles = gauge(`slipway_job_${name}_seconds_1h`, help, ['quantile']);
    const { p50, p95 } = measures[field];
    if (p50 !== null) quantiles.set({ quantile: '0.5' }, p50);
    if (p95 !== null) quantiles.set({ quantile: '0.95' }, p95);
  }
  const bytes = gauge('slipway_table_bytes', 'Bytes of a table on the database\u2019s disk, indexes included', [
    'table',
  ]);
  for (const { table, bytes: size } of tables) bytes.set({ table }, size);
  return registry;
}
