import { randomUUID } from 'node:crypto';
import {
  PROVIDER_LIMITS,
  type ProviderListResponse,
  providerName,
  setProviderBody,
  testProviderBody,
} from '@slipway/agent';
import type { OkResponse } from '@slipway/contracts';
import { type Db, deleteAgentProvider, placeOf, sealedColumns, setAgentProvider } from '@slipway/db';
import type { SecretBox } from '@slipway/secrets';
import { Hono } from 'hono';
import { fail } from '../http/api-error.ts';
import { jsonBody } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { askForAWord } from './ask-for-a-word.ts';
import type { McpServers } from './mcp-servers.ts';
import type { AgentModels } from './providers.ts';

/**
 * `secretBox` seals a key before its row is written, for that row alone; `models` is the server's one, which opens
 * it.
 */
export interface ProviderNeeds {
  readonly db: Db;
  readonly secretBox: SecretBox;
  readonly agent: { readonly models: AgentModels; readonly mcp: Pick<McpServers, 'list'> };
}

/**
 * /agent/providers — where models come from: the operator's and a person's own. A key goes in and never out (SV-23).
 */
export const providersRoute = ({ db, secretBox, agent: { models, mcp } }: ProviderNeeds) =>
  new Hono<UserEnv>()
    .get('/agent/providers', async (c) =>
      c.json({ providers: await models.list(c.var.owner), mcpServers: mcp.list() } satisfies ProviderListResponse),
    )
    .put('/agent/providers/:name', jsonBody(setProviderBody), async (c) => {
      const name = providerName.safeParse(c.req.param('name'));
      if (!name.success)
        return fail(c, 'VALIDATION_ERROR', 'Invalid input', [{ field: 'name', message: 'no name of a provider' }]);
      const { kind, baseUrl, models: offered, apiKey } = c.req.valid('json');
      const id = randomUUID();
      const set = await setAgentProvider(db, c.var.owner, {
        id,
        name: name.data,
        kind,
        baseUrl: baseUrl ?? null,
        models: JSON.stringify(offered),
        apiKey: apiKey === undefined ? null : secretBox.seal(apiKey, placeOf(sealedColumns.agentKey, id)),
        limit: PROVIDER_LIMITS.perPerson,
      });
      return set.outcome === 'set'
        ? c.json({ success: true } satisfies OkResponse)
        : fail(c, 'TOO_MANY', `A person has at most ${PROVIDER_LIMITS.perPerson} providers: remove one first`);
    })
    .post('/agent/providers/:name/test', jsonBody(testProviderBody), async (c) => {
      const opened = await models.open(c.var.owner, c.req.param('name'), c.req.valid('json').model);
      return opened === undefined
        ? fail(c, 'PROVIDER_NOT_FOUND', 'No such model of such a provider')
        : c.json(await askForAWord(opened, c.req.raw.signal));
    })
    .delete('/agent/providers/:name', async (c) => {
      const { outcome } = await deleteAgentProvider(db, c.var.owner, c.req.param('name'));
      return outcome === 'deleted'
        ? c.json({ success: true } satisfies OkResponse)
        : fail(c, 'PROVIDER_NOT_FOUND', 'No such provider of yours');
    });
