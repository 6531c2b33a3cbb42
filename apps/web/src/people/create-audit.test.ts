import type { AuditEntry, AuditResponse } from '@slipway/contracts';
import { expect, it } from 'vitest';
import { createAudit } from './create-audit.ts';

const page = (ids: readonly number[], next: number | null): AuditResponse => ({
  entries: ids.map((id) => ({ id }) as unknown as AuditEntry),
  next,
});

it('SV-15 older lines come once however often they are asked for, and a page that failed is asked for again', async () => {
  const asked: (number | undefined)[] = [];
  let broken = true;
  const audit = createAudit(async (before) => {
    asked.push(before);
    if (broken) throw new Error('The server does not answer');
    return before === undefined ? page([9, 8], 8) : page([7], null);
  });
  await audit.readOn();
  expect([audit.entries(), audit.failure(), audit.busy()]).toEqual([undefined, 'The server does not answer', false]);
  broken = false;
  await audit.readOn();
  expect([audit.entries()?.length, audit.failure(), audit.more()]).toEqual([2, undefined, true]);
  broken = true;
  await audit.readOn();
  expect([audit.entries()?.length, audit.failure(), audit.more()]).toEqual([2, 'The server does not answer', true]);
  broken = false;
  await Promise.all([audit.readOn(), audit.readOn()]);
  expect(audit.entries()).toEqual(page([9, 8, 7], null).entries);
  expect([audit.more(), asked]).toEqual([false, [undefined, undefined, 8, 8]]);
});
