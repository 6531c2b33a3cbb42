import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import {
  type KnownProvider,
  type OperatorProviders,
  operatorProviders,
  type ProviderKind,
  type ProviderModel,
  providerModel,
} from '@slipway/agent';
import { type Db, listAgentProviders, placeOf, sealedColumns } from '@slipway/db';
import { createEgressGuard, type EgressGuard } from '@slipway/egress';
import type { SecretBox } from '@slipway/secrets';
import type { LanguageModel } from 'ai';
import * as z from 'zod';

/** `settings` has the prices and the window that a run is measured with. */
export interface OpenedModel {
  readonly model: LanguageModel;
  readonly settings: ProviderModel;
}

/** Which models there are for a person, and the way to them. */
export interface AgentModels {
  list(ownerId: string): Promise<KnownProvider[]>;
  /** Undefined: there is no such provider or model any more. */
  open(ownerId: string, provider: string, model: string): Promise<OpenedModel | undefined>;
}

interface Provider extends KnownProvider {
  readonly apiKey: string | undefined;
  readonly egress: EgressGuard;
}

/** Providers of `file` are the operator's, and get a guard of their own that lets them lie at private addresses. */
export interface ModelNeeds {
  readonly db: Db;
  readonly secretBox: SecretBox;
  /** Of what people name (SV-24). */
  readonly egress: EgressGuard;
  readonly file: string | undefined;
  /** What else may be private on the operator's word. */
  readonly allow: readonly string[];
  readonly isOwnHost: (name: string) => boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Of one answer of a provider: far more than the tokens of any. */
const ANSWER_BYTES = 64 * 1024 * 1024;
/** Of one turn, whatever else bounds it. */
const ANSWER_MS = 15 * 60_000;

/** Reads the operator's file once; throws where it cannot be read or has no meaning, before anybody is served. */
export function createAgentModels(needs: ModelNeeds): AgentModels {
  const { db, secretBox, egress } = needs;
  const operators = needs.file === undefined ? [] : readOperators(needs.file, needs);
  const ownOf = async (ownerId: string): Promise<Provider[]> =>
    (await listAgentProviders(db, ownerId)).map((stored) => ({
      name: stored.name,
      kind: stored.kind as ProviderKind,
      baseUrl: stored.baseUrl,
      models: z.array(providerModel).parse(JSON.parse(stored.models)),
      hasKey: stored.apiKey !== null,
      own: true,
      apiKey:
        stored.apiKey === null ? undefined : secretBox.open(stored.apiKey, placeOf(sealedColumns.agentKey, stored.id)),
      egress,
    }));
  // A person's own comes first: it may be called as one of the operator's.
  const all = async (ownerId: string): Promise<Provider[]> => {
    const own = await ownOf(ownerId);
    return [...own, ...operators.filter(({ name }) => !own.some((one) => one.name === name))];
  };
  return {
    list: async (ownerId) => (await all(ownerId)).map(({ apiKey: _key, egress: _guard, ...known }) => known),
    open: async (ownerId, name, modelId) => {
      const provider = (await all(ownerId)).find((one) => one.name === name);
      const settings = provider?.models.find(({ id }) => id === modelId);
      return provider && settings ? { model: modelOf(provider, modelId), settings } : undefined;
    },
  };
}

/** Throws for a file that the schema refuses. */
export const readOperatorFile = (file: string): OperatorProviders =>
  operatorProviders.parse(parse(readFileSync(file, 'utf8')));

/** Throws for a file that the schema refuses, and for a key's variable that is not set. */
function readOperators(file: string, { env, allow, isOwnHost }: ModelNeeds): Provider[] {
  const { providers } = readOperatorFile(file);
  return providers.map(({ apiKey, apiKeyVariable, baseUrl, ...provider }) => {
    const key = apiKey ?? (apiKeyVariable === undefined ? undefined : env[apiKeyVariable]);
    if (apiKeyVariable !== undefined && key === undefined)
      throw new Error(`Cannot use the provider "${provider.name}": the variable "${apiKeyVariable}" is not set`);
    // What the operator names may be private, for this alone.
    const own = baseUrl === undefined ? [] : [hostWithPort(new URL(baseUrl))];
    return {
      ...provider,
      baseUrl: baseUrl ?? null,
      hasKey: key !== undefined,
      own: false,
      apiKey: key,
      egress: createEgressGuard({ allow: [...allow, ...own], isOwnHost }),
    };
  });
}

/** The port is named always, so that one allowed host does not allow its other ports. */
export function hostWithPort({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}

/** One provider of the AI SDK for each kind; only `openai-compatible` needs its address. */
function modelOf({ kind, name, baseUrl, apiKey, egress }: Provider, modelId: string): LanguageModel {
  const fetch = fetchThrough(egress);
  // Without a key the SDK would look for one in the environment, which is nobody's but the operator's.
  const common = { apiKey: apiKey ?? 'none', fetch, ...(baseUrl === null ? {} : { baseURL: baseUrl }) };
  switch (kind) {
    case 'openai':
      return createOpenAI(common)(modelId);
    case 'anthropic':
      return createAnthropic(common)(modelId);
    case 'google':
      return createGoogle(common)(modelId);
    case 'openai-compatible':
      return createOpenAICompatible({ ...common, name, baseURL: baseUrl ?? '', includeUsage: true })(modelId);
  }
}

/** The SDK's way out is the guard's. */
function fetchThrough(egress: EgressGuard): typeof globalThis.fetch {
  return async (input, init) => {
    const body = init?.body;
    if (typeof input !== 'string' && !(input instanceof URL))
      throw new Error('Cannot call a model: not by its address');
    if (body !== undefined && body !== null && typeof body !== 'string')
      throw new Error('Cannot call a model: its request is no text');
    return await egress.fetch(input, {
      method: init?.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init?.headers)),
      ...(typeof body === 'string' ? { body } : {}),
      ...(init?.signal ? { signal: init.signal } : {}),
      deadlineMs: ANSWER_MS,
      maxBytes: ANSWER_BYTES,
    });
  };
}
