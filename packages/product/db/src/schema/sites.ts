import type { BuildSettings } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import { bigint, boolean, index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, micros, primaryId, updatedAt } from './columns.ts';
import { projects } from './projects.ts';
import { users } from './users.ts';

const ownerId = () =>
  uuid('owner_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });
const projectId = () =>
  uuid('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' });

/** A project's site: how it is built, and who sees what its addresses show. Made when it is first asked for. */
export const projectSites = pgTable('project_sites', {
  projectId: projectId().primaryKey(),
  ownerId: ownerId(),
  settings: jsonb('settings').$type<BuildSettings>(),
  /** Of the addresses that follow the active build; each version's own link has its own. */
  passwordHash: text('password_hash'),
  views: bigint('views', { mode: 'number' }).notNull().default(0),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

/**
 * Where a project's active build is shown (P-35, P-37). A label without a dot is below the sites'
 * domain, a name with one is somebody's own domain. A domain may be claimed by many and proven by one.
 */
export const siteHosts = pgTable(
  'site_hosts',
  {
    id: primaryId(),
    projectId: projectId(),
    ownerId: ownerId(),
    kind: text('kind', { enum: ['stable', 'name', 'domain'] }).notNull(),
    host: text('host').notNull(),
    /** What the domain's TXT record must hold. */
    proof: text('proof'),
    verifiedAt: micros('verified_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex('site_hosts_one_holder')
      .on(table.host)
      .where(sql`${table.verifiedAt} is not null`),
    uniqueIndex('site_hosts_claim').on(table.projectId, table.host),
    index('site_hosts_owner').on(table.ownerId),
  ],
);

/** What a build gets in its environment (P-29, P-30). The value is sealed, secret or not. */
export const buildVariables = pgTable(
  'build_variables',
  {
    /** Another one with every value: what is sealed is bound to it. */
    id: primaryId(),
    projectId: projectId(),
    ownerId: ownerId(),
    name: text('name').notNull(),
    /** Never shown again, and searched for in everything the build makes. */
    secret: boolean('secret').notNull(),
    sealed: text('sealed').notNull(),
    updatedAt: updatedAt(),
  },
  (table) => [uniqueIndex('build_variables_name').on(table.projectId, table.name)],
);
