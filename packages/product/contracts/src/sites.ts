import { hostLabel } from '@slipway/wire';
import * as z from 'zod';
import { buildSettings, detectedBuild } from './build-settings.ts';
import { id, micros } from './ids.ts';
import { plainText, secretText } from './text.ts';

/** Of one project; `names` and `domains` are counted apart. */
export const siteLimits = {
  names: 5,
  domains: 10,
  variables: 100,
  /** Units of UTF-16 of one variable's value. */
  variableUnits: 32 * 1024,
  secretUnits: 8,
} as const;

/** `stable`: given with the first version. `name`: chosen, below the sites' domain. `domain`: somebody's own. */
export const addressKinds = ['stable', 'name', 'domain'] as const;

/** Where a project's active build is shown (P-35, P-37). */
export const siteAddress = z.strictObject({
  id,
  kind: z.enum(addressKinds),
  host: z.string(),
  url: z.string(),
  /** Until it is, nothing is shown there. */
  verified: z.boolean(),
  /** The TXT record that proves a domain. */
  proof: z.strictObject({ name: z.string(), value: z.string() }).nullable(),
});
/** `proof` is null where nothing has to be proven: a label below the sites' own domain. */
export type SiteAddress = z.infer<typeof siteAddress>;

/** What a build gets in its environment. A secret's value is never told again. */
export const buildVariable = z.strictObject({ name: z.string(), secret: z.boolean(), value: z.string().nullable() });
/** `value` is null exactly for a secret. */
export type BuildVariable = z.infer<typeof buildVariable>;

/** GET /api/v1/projects/:id/site. */
export const siteResponse = z.strictObject({
  site: z.strictObject({
    /** The version that is shown; null: none. */
    activeBuildId: id.nullable(),
    addresses: z.array(siteAddress),
    hasPassword: z.boolean(),
    views: z.int().nonnegative(),
    settings: buildSettings,
    /** Of the newest snapshot; null where there is none, or its files do not say. */
    detected: detectedBuild.nullable(),
    /** Why nothing could be detected, and what to set. */
    problem: z.string().nullable(),
    variables: z.array(buildVariable),
  }),
});
/** At most one of `detected` and `problem` is not null. */
export type SiteResponse = z.infer<typeof siteResponse>;

/** Labels that people would take for the operator's own. */
const RESERVED = new Set(
  'www api app admin account accounts auth login mail smtp ftp ns1 ns2 support status help slipway rt builder'.split(
    ' ',
  ),
);

/** POST /api/v1/projects/:id/site/addresses. */
export const addAddressBody = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('name'),
    host: plainText
      .trim()
      .toLowerCase()
      .pipe(hostLabel)
      .refine((label) => label.length >= 3, 'must have three letters or digits at least')
      .refine((label) => !RESERVED.has(label), 'is reserved')
      // Labels of versions look like this: nobody is to guess, or to be taken for, one of them.
      .refine((label) => !/^[0-9a-f]{32}$/.test(label), 'looks like the label of a version')
      // Of punycode: a name must be what it looks like.
      .refine((label) => !label.startsWith('xn--'), 'must be made of plain letters, digits and hyphens'),
  }),
  z.strictObject({ kind: z.literal('domain'), host: plainText.trim().toLowerCase().min(4).max(253) }),
]);
/** A domain is taken only when its TXT record is found; until then anybody may claim it. */
export type AddAddressBody = z.infer<typeof addAddressBody>;

/** The answer to a new address, and to another look at its TXT record. */
export const addressResponse = z.strictObject({ address: siteAddress });
/** With `verified` false, `proof` says what to put where. */
export type AddressResponse = z.infer<typeof addressResponse>;

/** PUT /api/v1/projects/:id/site/password; null takes it away. */
export const sitePassword = secretText.min(4).max(1024);
/** Null: anybody may look. A new one ends what the old one had opened. */
export const sitePasswordBody = z.strictObject({ password: sitePassword.nullable() });
/** Null: anybody may look. Counts for the project's addresses; links of versions have passwords of their own. */
export type SitePasswordBody = z.infer<typeof sitePasswordBody>;

/** A variable's name, as shells take it. Those that a build is run by are ours. */
export const variableName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be letters, digits and underscores')
  .refine(
    (name) => !/^(?:PATH|HOME|PWD|SHELL|CI|NODE_OPTIONS|LD_.*|npm_config_.*)$/i.test(name),
    'is set by the build itself',
  );

/** PUT /api/v1/projects/:id/site/variables/:name. */
export const setVariableBody = z
  .strictObject({ value: secretText.max(siteLimits.variableUnits), secret: z.boolean() })
  // A shorter one would be found by accident in what a build makes.
  .refine(({ value, secret }) => !secret || value.length >= siteLimits.secretUnits, {
    path: ['value'],
    message: 'a secret must have eight characters at least',
  });
/** Counts from the next build on; what was built before keeps what it was built with. */
export type SetVariableBody = z.infer<typeof setVariableBody>;

/** The link of one version (P-36). */
export const versionLink = z.strictObject({
  buildId: id,
  /** `/p/<token>/` on the app's origin, which leads to `siteUrl`. */
  url: z.string(),
  siteUrl: z.string(),
  createdAt: micros,
  expiresAt: micros.nullable(),
  revoked: z.boolean(),
  hasPassword: z.boolean(),
  views: z.int().nonnegative(),
  viewLimit: z.int().positive().nullable(),
});
/** `revoked`: the link leads nowhere until it is opened again, with the same address. */
export type VersionLink = z.infer<typeof versionLink>;

/** GET /api/v1/projects/:id/links: of all versions that there are, newest first. */
export const linkListResponse = z.strictObject({ links: z.array(versionLink) });
/** A version that retention took away has no link any more. */
export type LinkListResponse = z.infer<typeof linkListResponse>;

const TEN_YEARS = 10 * 365 * 24 * 3600;

/** PATCH /api/v1/builds/:id/link: what is absent stays. */
export const changeLinkBody = z.strictObject({
  /** From now on, by the database's clock; null: never. */
  expiresInSeconds: z.int().positive().max(TEN_YEARS).nullable().optional(),
  password: sitePassword.nullable().optional(),
  revoked: z.boolean().optional(),
  /** Of all views that there were, those until now included; null: as many as may be. */
  viewLimit: z.int().positive().max(1_000_000_000).nullable().optional(),
});
/** `revoked` false opens a revoked link again. */
export type ChangeLinkBody = z.infer<typeof changeLinkBody>;

/** The answer to a change of a link: the link after it. */
export const linkResponse = z.strictObject({ link: versionLink });
/** `expiresAt` is in microseconds of the database, reckoned from the seconds that were asked for. */
export type LinkResponse = z.infer<typeof linkResponse>;
