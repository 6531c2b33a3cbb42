import type { HolderFence } from '@slipway/contracts';
import { defineLease, type HeldRow } from '@slipway/leases';

/** Where projects have their holders (RN-17). */
export const holderLeases = defineLease({
  table: 'project_holders',
  key: 'project_id',
  owner: 'owner_id',
  holder: 'holder_id',
  epoch: 'epoch',
  lapsesAt: 'lapses_at',
});

/** The fence of a holder: a write under it is refused once another one holds the project. */
export const heldProject = (ownerId: string, projectId: string, { holderId, epoch }: HolderFence): HeldRow => ({
  kind: holderLeases,
  key: projectId,
  ownerId,
  term: { holder: holderId, epoch },
});
