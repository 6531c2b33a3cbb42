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

/** One of `quotaNames`. */
export type QuotaName = (typeof quotaNames)[number];

/** How much of a limit is used. `used` of what a single server counts (streams, mirror) is that server's. */
export const quotaUsage = z.strictObject({
  name: z.enum(quotaNames),
  used: z.int().nonnegative(),
  limit: z.int().nonnegative(),
});
export type QuotaUsage = z.infer<typeof quotaUsage>;

/** GET /api/v1/usage: the caller's own, in the order of `quotaNames`. */
export const usageResponse = z.strictObject({ usage: z.array(quotaUsage).length(quotaNames.length) });
export type UsageResponse = z.infer<typeof usageResponse>;

/** `details` of QUOTA_EXCEEDED. */
export const quotaDetails = z.strictObject({ quota: z.enum(quotaNames), limit: z.int().nonnegative() });
