import { sql } from 'drizzle-orm';
import type { Build } from '@slipway/contracts';
import type { DbOrTx } from '../../connection/database.ts';
import type { StoredEvent } from '../events/publish-event.ts';

/** `depth` bounds how long plugins can answer each other's events. */
export interface Fact {
  seq: number;
  type: string;
  /** JSON. */
  payload: string;
  actorId: string;
  /** How many plugins' events led to it. */
  depth: number;
}

const BATCH = 50;

/**
 * What happened to an owner behind a number: the rows of his event stream in plugins' words. `next` is how far
 * they reach; what plugins are not told of is passed over.
 */
export async function readFacts(db: DbOrTx, ownerId: string, after: number): Promise<{ facts: Fact[]; next: number }> {
  // One statement, so that no event commits between its two halves.
  const rows = await db.execute<StoredEvent & { seq: number; cursor: number }>(sql`
    select c.seq as cursor, e.seq, e.type, e.payload
    from event_cursors c left join lateral (
      select seq, type, payload from owner_events
      where owner_id = c.owner_id and seq > ${after} order by seq limit ${BATCH}
    ) e on true
    where c.owner_id = ${ownerId} order by e.seq`);
  const stored = rows.filter(({ seq }) => seq !== null);
  const facts = stored.flatMap(({ seq, ...event }): Fact[] => {
    const fact = factOf(event as StoredEvent);
    return fact ? [{ seq, actorId: ownerId, depth: 0, ...fact }] : [];
  });
  // Rows that were swept leave a gap behind which there may be none.
  return { facts, next: stored.at(-1)?.seq ?? Math.max(after, rows[0]?.cursor ?? 0) };
}

function factOf(event: StoredEvent): (Pick<Fact, 'type' | 'payload'> & Partial<Fact>) | undefined {
  switch (event.type) {
    case 'fact': {
      const { type, data, actorId, depth } = event.payload;
      return { type, payload: JSON.stringify(data), depth, ...(actorId !== null && { actorId }) };
    }
    case 'project':
      return { type: 'snapshot.saved', payload: JSON.stringify(event.payload) };
    case 'build':
      return {
        type: `build.${buildWord(event.payload.build)}`,
        payload: JSON.stringify(buildData(event.payload.build)),
      };
    default:
      return undefined;
  }
}

function buildWord({ status, cancelRequested }: Build): string {
  if (status === 'queued') return 'queued';
  if (status === 'running') return cancelRequested ? 'cancelling' : 'started';
  return 'finished';
}

const buildData = ({ id, projectId, snapshotId, status, previewUrl, errorSummary }: Build) => ({
  buildId: id,
  projectId,
  snapshotId,
  status,
  previewUrl,
  errorSummary,
});
