import { defineLease } from '../lease-kind.ts';
import { LEASE_COLUMN_NAMES } from '../lease-columns.ts';

/** With all that a kind of lease can have: an owner, and states in which it lives. */
export const things = defineLease({
  table: 'things',
  key: 'id',
  owner: 'owner_id',
  live: { column: 'state', values: ['open'] },
  ...LEASE_COLUMN_NAMES,
});

/** Its table, in statements for a test's own database. */
export const CREATE_THINGS = `create table things (
  id uuid primary key, owner_id uuid not null, state text not null default 'open', said text,
  lease_holder text, lease_epoch bigint not null default 0, lease_lapses_at bigint,
  updated_at bigint not null default slipway_now())`;
