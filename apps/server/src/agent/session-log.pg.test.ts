import { randomUUID } from 'node:crypto';
import { createTestDatabase } from '@slipway/db/testing';
import { expect, it } from 'vitest';
import { LeaseLost, SessionLog } from './session-log.ts';

it('AG-02 what cannot be stored any more is told at once, so that no model goes on for nothing', async () => {
  const database = await createTestDatabase();
  try {
    // Nobody has this lease.
    const log = new SessionLog(database.db, { sessionId: randomUUID(), term: { holder: 'nobody', epoch: 1 } }, []);
    log.piece({ type: 'TextDelta', runId: randomUUID(), text: 'a' });
    await expect.poll(() => log.failed.aborted).toBe(true);
    expect(log.failed.reason).toBeInstanceOf(LeaseLost);
    await expect(log.flush()).rejects.toThrow(LeaseLost);
    await log.close();
  } finally {
    await database.close();
  }
});
