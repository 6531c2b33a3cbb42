import * as z from 'zod';

/** Whether pages have an address with a slash at the end: as their files lie, always, or never (ST-06). */
export const trailingSlashes = ['auto', 'always', 'never'] as const;

/** One of `trailingSlashes`. */
export type TrailingSlash = (typeof trailingSlashes)[number];

/** One rule of `_headers`: names in small letters. */
export const headerRule = z.strictObject({
  pattern: z.string(),
  set: z.array(z.tuple([z.string(), z.string()])),
  unset: z.array(z.string()),
});
/** A name that two matching rules set has both values, with a comma; `unset` takes the server's own away too. */
export type HeaderRule = z.infer<typeof headerRule>;

/** One line of `_redirects`; no other status can stand there. */
export const redirectRule = z.strictObject({
  from: z.string(),
  to: z.string(),
  status: z.union([z.literal(200), z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)]),
});
/** Status 200 is a rewrite: another file's bytes at the same address. */
export type RedirectRule = z.infer<typeof redirectRule>;

/**
 * How one version of a site is served: fixed when it was built, so that a rollback brings
 * the rules back too.
 */
export const siteServing = z.strictObject({
  singlePage: z.boolean(),
  trailingSlash: z.enum(trailingSlashes),
  headers: z.array(headerRule),
  redirects: z.array(redirectRule),
});
/** Stored beside the artifact; the server that shows a site reads no settings of the project. */
export type SiteServing = z.infer<typeof siteServing>;
