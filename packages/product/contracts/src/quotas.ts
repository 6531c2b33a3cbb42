import * as z from 'zod';

/**
 * What an owner may have or use (SV-07). The operator sets the limits for everybody,
 * and other ones for single owners.
 */
export const quotaNames = [
  'projects',
  'storedBytes',
  'buildsWaiting',
  'buildsAtOnce',
  'streams',
  'mirrorBytesPerHour',
  'sandboxes',
] as const;

/** Stored in `owner_quotas`, and named in `details` of QUOTA_EXCEEDED. */
export type QuotaName = (typeof quotaNames)[number];

/** How much of a limit is used. `used` of what a single server counts (streams, mirror) is that server's. */
export const quotaUsage = z.strictObject({
  name: z.enum(quotaNames),
  used: z.int().nonnegative(),
  limit: z.int().nonnegative(),
});
/** `used` may be above `limit` after the operator lowered it: nothing is taken away, only no more is given. */
export type QuotaUsage = z.infer<typeof quotaUsage>;

/** GET /api/v1/usage: the caller's own, in the order of `quotaNames`. */
export const usageResponse = z.strictObject({ usage: z.array(quotaUsage).length(quotaNames.length) });
/** Always all of them, also those that nothing of was used. */
export type UsageResponse = z.infer<typeof usageResponse>;

/** `details` of QUOTA_EXCEEDED. */
export const quotaDetails = z.strictObject({ quota: z.enum(quotaNames), limit: z.int().nonnegative() });
