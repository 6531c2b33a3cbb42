import { type QuotaName, type QuotaUsage, quotaNames } from '@slipway/contracts';
import { countStoredBytes, countUsage, type Db, getOwnerLimits } from '@slipway/db';
import type { Config } from '../config/config.ts';
import { fail } from '../http/api-error.ts';
import type { Context } from 'hono';
import { createMeter, type Meter } from './meter.ts';
import { createSlots, type Slots } from './slots.ts';

/** What limits owners (SV-07). Made once a server: streams and the mirror's bytes are its own. */
export interface Quotas {
  /** The configured limits, for whoever has none of his own. */
  readonly configured: Readonly<Record<QuotaName, number>>;
  readonly streams: Slots;
  readonly mirrorBytes: Meter;
  /** Of those without an account, by address and by link: many of them make no owner's count forgotten. */
  readonly strangersBytes: Meter;
  limitOf(owner: string, name: QuotaName): Promise<number>;
  /** Whether the owner may store so many bytes more; the limit, where not. */
  roomFor(owner: string, bytes: number): Promise<{ outcome: 'room' } | { outcome: 'full'; limit: number }>;
  usageOf(owner: string): Promise<QuotaUsage[]>;
}

/** How long a count of an owner's bytes is believed: a save of many files asks for each. */
const COUNTED_FOR_MS = 5000;
/** When there are as many, all are forgotten: what is lost is one count for each. */
const REMEMBERED_OWNERS = 1000;

/** A limit of an owner's own, which an operator has set in the database, goes before the configured one. */
export function createQuotas({ db, config }: { db: Db; config: Config }, now: () => number = Date.now): Quotas {
  const configured: Record<QuotaName, number> = {
    projects: config.QUOTA_PROJECTS,
    storedBytes: config.QUOTA_STORED_BYTES,
    buildsWaiting: config.QUOTA_BUILDS_WAITING,
    buildsAtOnce: config.QUOTA_BUILDS_AT_ONCE,
    streams: config.QUOTA_STREAMS,
    mirrorBytesPerHour: config.QUOTA_MIRROR_BYTES_PER_HOUR,
    sandboxes: config.QUOTA_SANDBOXES,
  };
  const streams = createSlots();
  const mirrorBytes = createMeter(3_600_000, now);
  const strangersBytes = createMeter(3_600_000, now);
  const stored = new Map<string, { at: number; used: number; limit: number }>();

  return {
    configured,
    streams,
    mirrorBytes,
    strangersBytes,
    limitOf: async (owner, name) => (await getOwnerLimits(db, owner))[name] ?? configured[name],
    roomFor: async (owner, bytes) => {
      let known = stored.get(owner);
      if (!known || now() - known.at > COUNTED_FOR_MS) {
        const { used, ownLimit } = await countStoredBytes(db, owner);
        known = { at: now(), used, limit: ownLimit ?? configured.storedBytes };
        if (stored.size >= REMEMBERED_OWNERS) stored.clear();
        stored.set(owner, known);
      }
      if (known.used + bytes > known.limit) return { outcome: 'full', limit: known.limit };
      // Counted as if it were new; the next count knows better.
      known.used += bytes;
      return { outcome: 'room' };
    },
    usageOf: async (owner) => {
      const [own, counted] = [await getOwnerLimits(db, owner), await countUsage(db, owner)];
      const used: Record<QuotaName, number> = {
        ...counted,
        streams: streams.taken(owner),
        mirrorBytesPerHour: mirrorBytes.used(owner),
      };
      return quotaNames.map((name) => ({ name, used: used[name], limit: own[name] ?? configured[name] }));
    },
  };
}

const said: Readonly<Record<QuotaName, (limit: number) => string>> = {
  projects: (limit) => `You have ${limit} projects, which is the most you may have: delete one first`,
  storedBytes: (limit) => `Your projects would take more than ${limit} bytes: delete what you need no more`,
  buildsWaiting: (limit) => `${limit} of your builds wait or run already: let one end first`,
  buildsAtOnce: (limit) => `${limit} of your builds run at once already`,
  streams: (limit) => `You have ${limit} pages open: close one first`,
  mirrorBytesPerHour: (limit) =>
    `Your containers have fetched ${limit} bytes of packages within an hour: wait a little`,
  sandboxes: (limit) => `You have ${limit} sandboxes, which is the most you may have: destroy one first`,
};

/** The limit stands in the sentence for people, and in `details` for programs. */
export function quotaExceeded(c: Context, quota: QuotaName, limit: number): Response {
  return fail(c, 'QUOTA_EXCEEDED', said[quota](limit), { quota, limit });
}
