import { plainText } from '@slipway/contracts';
import * as z from 'zod';
import { OUTSIDE_LIMITS } from '../tools/outside-tools.ts';

/** `openai-compatible` is for all others that speak OpenAI's protocol. */
export const providerKinds = ['openai', 'anthropic', 'google', 'openai-compatible'] as const;
export type ProviderKind = (typeof providerKinds)[number];

/** So many providers one person may have, and so many models one provider. */
export const PROVIDER_LIMITS = { perPerson: 20, models: 100 } as const;

/** At most 50 characters; a letter or digit is the first. */
export const providerName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/, 'small letters, digits and dashes');

const micros = z.int().min(0).max(1_000_000_000);

/** A model, with what is known of it. Prices are millionths of a currency for a million tokens. */
export const providerModel = z.strictObject({
  id: plainText.min(1).max(200),
  /** Tokens that a prompt and its answer may have. */
  window: z.int().min(1000).max(100_000_000).default(128_000),
  output: z.int().min(100).max(1_000_000).default(8192),
  price: z.strictObject({ inputMicros: micros, outputMicros: micros }).optional(),
});
export type ProviderModel = z.infer<typeof providerModel>;

const models = z.array(providerModel).min(1).max(PROVIDER_LIMITS.models);
/** Without credentials, which would stand in logs, and without what follows the path. */
const baseUrl = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((text) => {
    // Whatever was refused before comes here all the same.
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  }, 'an address without user name, query and fragment');
const key = z.string().regex(/^[\x21-\x7e]{1,4000}$/, 'printable characters without spaces');

const named = <T extends { kind: ProviderKind; baseUrl?: string | undefined }>(provider: T): boolean =>
  provider.kind !== 'openai-compatible' || provider.baseUrl !== undefined;
const NEEDS_URL = 'an openai-compatible provider needs its baseUrl';

/** PUT /agent/providers/:name. The key is never given back. */
export const setProviderBody = z
  .strictObject({ kind: z.enum(providerKinds), baseUrl: baseUrl.optional(), models, apiKey: key.optional() })
  .refine(named, NEEDS_URL);
export type SetProviderBody = z.infer<typeof setProviderBody>;

/** A provider as people choose it. No key leaves the server (SV-23). */
export const knownProvider = z.strictObject({
  name: z.string(),
  kind: z.enum(providerKinds),
  baseUrl: z.string().nullable(),
  models: z.array(providerModel),
  hasKey: z.boolean(),
  /** The operator's is everybody's. */
  own: z.boolean(),
});
export type KnownProvider = Readonly<z.infer<typeof knownProvider>>;

/** An MCP server that sessions may use. Neither address nor token leaves the server. */
export const knownMcpServer = z.strictObject({ name: providerName });
export type KnownMcpServer = Readonly<z.infer<typeof knownMcpServer>>;

export const providerListResponse = z.strictObject({
  providers: z.array(knownProvider),
  /** A server of the release before does not say. */
  mcpServers: z.array(knownMcpServer).max(OUTSIDE_LIMITS.servers).default([]),
});

export type ProviderListResponse = z.infer<typeof providerListResponse>;

/** POST /agent/providers/:name/test: has a model say a word. */
export const testProviderBody = z.strictObject({ model: plainText.min(1).max(200) });
/** `message`: what the provider said, or why it said nothing. */
export const testProviderResponse = z.strictObject({
  ok: z.boolean(),
  message: z.string(),
  tookMs: z.number().nonnegative(),
});
export type TestProviderResponse = z.infer<typeof testProviderResponse>;

const operatorMcpServer = z.strictObject({
  name: providerName.max(30),
  url: baseUrl,
  token: key.optional(),
  tokenVariable: z.string().max(200).optional(),
  /** Only these of its tools; without it all. */
  tools: z.array(z.string().min(1).max(64)).min(1).max(OUTSIDE_LIMITS.tools).optional(),
});

/**
 * The operator's file: `[[providers]]` and `[[mcpServers]]`, each with its key or the variable of the environment that
 * holds it.
 */
export const operatorProviders = z.strictObject({
  providers: z
    .array(
      z
        .strictObject({
          name: providerName,
          kind: z.enum(providerKinds),
          baseUrl: baseUrl.optional(),
          models,
          apiKey: key.optional(),
          apiKeyVariable: z.string().max(200).optional(),
        })
        .refine(named, NEEDS_URL),
    )
    .max(50)
    .default([]),
  mcpServers: z
    .array(operatorMcpServer)
    .max(OUTSIDE_LIMITS.servers)
    .refine((servers) => new Set(servers.map(({ name }) => name)).size === servers.length, 'each name once')
    .default([]),
});
export type OperatorProviders = z.infer<typeof operatorProviders>;
