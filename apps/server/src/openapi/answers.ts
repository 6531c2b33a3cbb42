import * as agent from '@slipway/agent';
import * as contracts from '@slipway/contracts';
import * as z from 'zod';

/** What an operation answers when it did what was asked for: JSON of a schema, or something else. */
export type DescribedAnswer =
  | { readonly json: z.ZodType }
  /** Bytes or text of that type; events of a stream. */
  | { readonly type: string }
  /** No body: a redirection, or a method that the path refuses to every caller. */
  | { readonly status: '303' | '308' | '405' };

const OK = contracts.okResponse;
const BYTES = { type: 'application/octet-stream' };
const EVENTS = { type: 'text/event-stream' };

/** Of JSON-RPC 2.0; what a tool says is the tool's own. */
const jsonRpcMessage = z.looseObject({ jsonrpc: z.literal('2.0') });
const mcpAnswer = z.union([jsonRpcMessage, z.array(jsonRpcMessage)]);
/** The description of the API itself: that of OpenAPI 3.1, of which only this much is promised. */
const apiDescription = z.looseObject({ openapi: z.literal('3.1.0'), paths: z.record(z.string(), z.unknown()) });
/** GetHistory has its own answer, whatever the session is at (AG-09). */
const sessionMethodAnswer = z.union([agent.methodResponse, agent.historyResponse]);

/** What answers of the API are, by method and path without the names of its parameters: as the clients parse them. */
const ANSWERS: Readonly<Record<string, z.ZodType | Exclude<DescribedAnswer, { json: z.ZodType }>>> = {
  'GET /api/v1/config': contracts.productConfig,
  'POST /api/v1/open': contracts.openResponse,
  'GET /api/v1/events': EVENTS,
  'GET /api/v1/openapi.json': apiDescription,
  'GET /api/v1/docs': { status: '308' },
  'GET /api/v1/docs/': { type: 'text/html' },
  'GET /api/v1/docs/try.js': { type: 'text/javascript' },
  'GET /api/v1/docs/try.css': { type: 'text/css' },
  'GET /api/v1/auth/methods': contracts.signInMethods,
  'POST /api/v1/auth/invitation': contracts.invitationResponse,
  'POST /api/v1/auth/reset-link': contracts.resetLinkResponse,
  'POST /api/v1/auth/sign-up': contracts.sessionResponse,
  'POST /api/v1/auth/reset': OK,
  'POST /api/v1/auth/sign-out': OK,
  'GET /api/v1/auth/oidc/start': { status: '303' },
  'GET /api/v1/auth/oidc/callback': { status: '303' },
  'POST /api/v1/auth/login': contracts.sessionResponse,
  'POST /api/v1/auth/local': contracts.sessionResponse,
  'POST /api/v1/auth/refresh': contracts.sessionResponse,
  'GET /api/v1/auth/me': contracts.meResponse,
  'PUT /api/v1/auth/password': OK,
  'PATCH /api/v1/account': contracts.meResponse,
  'POST /api/v1/account/delete': OK,
  'GET /api/v1/account/sessions': contracts.sessionListResponse,
  'DELETE /api/v1/account/sessions': OK,
  'DELETE /api/v1/account/sessions/{}': OK,
  'GET /api/v1/account/export': { type: 'application/x-tar' },
  'GET /api/v1/account/audit': contracts.auditResponse,
  'GET /api/v1/access-tokens': contracts.accessTokenListResponse,
  'POST /api/v1/access-tokens': contracts.createAccessTokenResponse,
  'DELETE /api/v1/access-tokens/{}': OK,
  'GET /api/v1/admin/people': contracts.peopleResponse,
  'PATCH /api/v1/admin/people/{}': OK,
  'DELETE /api/v1/admin/people/{}': OK,
  'POST /api/v1/admin/people/{}/sign-out': OK,
  'POST /api/v1/admin/people/{}/reset': contracts.resetLinkCreatedResponse,
  'GET /api/v1/admin/invitations': contracts.invitationListResponse,
  'POST /api/v1/admin/invitations': contracts.createInvitationResponse,
  'DELETE /api/v1/admin/invitations/{}': OK,
  'GET /api/v1/admin/audit': contracts.auditResponse,
  'GET /api/v1/admin/jobs': contracts.adminJobsResponse,
  'POST /api/v1/admin/jobs/{}/cancel': OK,
  'POST /api/v1/admin/jobs/{}/retry': OK,
  'GET /api/v1/admin/workers': contracts.adminWorkersResponse,
  'GET /api/v1/admin/storage': contracts.adminStorageResponse,
  'GET /api/v1/usage': contracts.usageResponse,
  'GET /api/v1/templates': contracts.templateListResponse,
  'POST /api/v1/tickets': contracts.ticketResponse,
  'POST /api/v1/blobs/missing': contracts.missingBlobsResponse,
  'PUT /api/v1/blobs/{}': contracts.putBlobResponse,
  'GET /api/v1/blobs/{}': BYTES,
  'GET /api/v1/projects': contracts.projectListResponse,
  'POST /api/v1/projects': contracts.createProjectResponse,
  'GET /api/v1/projects/{}': contracts.projectResponse,
  'PATCH /api/v1/projects/{}': contracts.projectResponse,
  'DELETE /api/v1/projects/{}': OK,
  'POST /api/v1/projects/{}/capability': contracts.capabilityResponse,
  'POST /api/v1/projects/{}/fork': contracts.projectResponse,
  'GET /api/v1/projects/{}/snapshots': contracts.snapshotListResponse,
  'POST /api/v1/projects/{}/snapshots': contracts.snapshotResponse,
  'POST /api/v1/projects/{}/saves': contracts.saveResponse,
  'GET /api/v1/projects/{}/snapshots/{}': contracts.snapshotTreeResponse,
  'GET /api/v1/projects/{}/snapshots/{}/diff/{}': contracts.snapshotDiffResponse,
  'GET /api/v1/projects/{}/snapshots/{}/files/{}': BYTES,
  'GET /api/v1/projects/{}/snapshots/{}/mount': BYTES,
  'GET /api/v1/projects/{}/history': contracts.historyResponse,
  'POST /api/v1/projects/{}/restore': contracts.restoreResponse,
  'GET /api/v1/projects/{}/checkpoints': contracts.checkpointListResponse,
  'POST /api/v1/projects/{}/checkpoints': contracts.checkpointResponse,
  'GET /api/v1/projects/{}/checkpoints/{}': contracts.checkpointResponse,
  'POST /api/v1/projects/{}/checkpoints/{}/restore': contracts.restoreResponse,
  'POST /api/v1/projects/{}/checkpoints/{}/verify': contracts.verifyCheckpointResponse,
  'GET /api/v1/projects/{}/remotes': contracts.remoteListResponse,
  'PUT /api/v1/projects/{}/remotes/{}': OK,
  'DELETE /api/v1/projects/{}/remotes/{}': OK,
  'POST /api/v1/projects/{}/remotes/{}/push': contracts.pushRemoteResponse,
  'POST /api/v1/projects/{}/import': contracts.importResponse,
  'GET /api/v1/projects/{}/builds': contracts.buildListResponse,
  'POST /api/v1/projects/{}/builds': contracts.buildResponse,
  'GET /api/v1/builds/{}': contracts.buildResponse,
  'DELETE /api/v1/builds/{}': OK,
  'POST /api/v1/builds/{}/cancel': contracts.buildResponse,
  'POST /api/v1/builds/{}/activate': contracts.buildResponse,
  'GET /api/v1/builds/{}/logs': contracts.buildLogsResponse,
  'GET /api/v1/builds/{}/artifact': contracts.artifactResponse,
  'PATCH /api/v1/builds/{}/link': contracts.linkResponse,
  'GET /api/v1/builds/{}/verification': contracts.verificationResponse,
  'POST /api/v1/builds/{}/verification': contracts.buildResponse,
  'GET /api/v1/projects/{}/links': contracts.linkListResponse,
  'GET /api/v1/projects/{}/site': contracts.siteResponse,
  'PUT /api/v1/projects/{}/site/settings': OK,
  'PUT /api/v1/projects/{}/site/password': OK,
  'PUT /api/v1/projects/{}/site/variables/{}': OK,
  'DELETE /api/v1/projects/{}/site/variables/{}': OK,
  'POST /api/v1/projects/{}/site/unpublish': OK,
  'POST /api/v1/projects/{}/site/addresses': contracts.addressResponse,
  'POST /api/v1/projects/{}/site/addresses/{}/verify': contracts.addressResponse,
  'DELETE /api/v1/projects/{}/site/addresses/{}': OK,
  'GET /api/v1/site-domains/{}': OK,
  'GET /api/v1/projects/{}/tab-plans/{}': contracts.tabPlanResponse,
  'POST /api/v1/projects/{}/tab-builds': contracts.buildResponse,
  'GET /api/v1/projects/{}/shares': contracts.shareListResponse,
  'POST /api/v1/projects/{}/shares': contracts.createShareResponse,
  'DELETE /api/v1/projects/{}/shares/{}': OK,
  'POST /api/v1/shared/copy': contracts.projectResponse,
  'POST /api/v1/shared': contracts.sharedProjectResponse,
  'POST /api/v1/shared/file': BYTES,
  'POST /api/v1/shared/mount': BYTES,
  'POST /api/v1/projects/{}/holder': contracts.claimHolderResponse,
  'POST /api/v1/projects/{}/holder/takeover': contracts.claimHolderResponse,
  'GET /api/v1/projects/{}/holder': contracts.holderResponse,
  'POST /api/v1/projects/{}/holder/heartbeat': contracts.heartbeatResponse,
  'POST /api/v1/projects/{}/holder/release': OK,
  'PUT /api/v1/projects/{}/run': OK,
  'POST /api/v1/projects/{}/run-lease': contracts.takeRunLeaseResponse,
  'POST /api/v1/projects/{}/run-lease/release': OK,
  'POST /api/v1/projects/{}/commands/{}/answer': OK,
  'POST /api/workspace/run/start': contracts.runResponse,
  'POST /api/workspace/run/preview': contracts.runResponse,
  'POST /api/workspace/run/build': contracts.runResponse,
  'POST /api/workspace/run/install': contracts.runResponse,
  'POST /api/workspace/run/stop': contracts.runResponse,
  'GET /api/workspace/run/status': contracts.runResponse,
  'GET /api/v1/sandboxes': contracts.sandboxListResponse,
  'POST /api/v1/sandboxes': contracts.sandboxResponse,
  'GET /api/v1/sandboxes/{}': contracts.sandboxResponse,
  'POST /api/v1/sandboxes/{}/requests': contracts.sandboxRequestResponse,
  'GET /api/v1/sandboxes/{}/requests/{}': contracts.sandboxRequestResponse,
  'GET /api/v1/agent/providers': agent.providerListResponse,
  'PUT /api/v1/agent/providers/{}': OK,
  'DELETE /api/v1/agent/providers/{}': OK,
  'POST /api/v1/agent/providers/{}/test': agent.testProviderResponse,
  'POST /api/v1/projects/{}/mcp': mcpAnswer,
  'GET /api/v1/projects/{}/mcp': { status: '405' },
  'DELETE /api/v1/projects/{}/mcp': { status: '405' },
  'GET /api/v1/projects/{}/agent/sessions': agent.sessionListResponse,
  'POST /api/v1/projects/{}/agent/sessions': agent.sessionResponse,
  'GET /api/v1/projects/{}/agent/sessions/{}': agent.sessionResponse,
  'PATCH /api/v1/projects/{}/agent/sessions/{}': agent.sessionResponse,
  'DELETE /api/v1/projects/{}/agent/sessions/{}': OK,
  'POST /api/v1/projects/{}/agent/sessions/{}/methods': sessionMethodAnswer,
  'GET /api/v1/projects/{}/agent/sessions/{}/events': agent.eventPageResponse,
  'GET /api/v1/projects/{}/agent/sessions/{}/transcript': agent.transcriptPageResponse,
  'GET /api/v1/plugins': contracts.pluginListResponse,
  'POST /api/v1/plugins': contracts.pluginInstalledResponse,
  'POST /api/v1/plugins/examine': contracts.pluginExaminedResponse,
  'PUT /api/v1/plugins/{}': contracts.pluginInstalledResponse,
  'POST /api/v1/plugins/{}/enable': OK,
  'POST /api/v1/plugins/{}/disable': OK,
  'POST /api/v1/plugins/{}/rollback': OK,
  'GET /api/v1/plugins/{}/components/{}': { type: 'application/wasm' },
  'GET /api/v1/plugins/{}': contracts.pluginResponse,
  'DELETE /api/v1/plugins/{}': OK,
  'GET /api/v1/plugins/{}/calls': contracts.pluginCallsResponse,
  'GET /api/v1/plugins/{}/calls/{}': contracts.pluginRecordingResponse,
  'GET /api/v1/plugins/{}/entities/{}': contracts.pluginRowsResponse,
  'POST /api/v1/plugins/{}/entities/{}': OK,
  'PUT /api/v1/plugins/{}/entities/{}/{}': OK,
  'DELETE /api/v1/plugins/{}/entities/{}/{}': OK,
};

/** Names of parameters differ between routes; their places do not. */
const keyOf = (method: string, template: string): string => `${method} ${template.replaceAll(/\{[^}]*\}/g, '{}')}`;

/** What an operation answers when it did what was asked for; undefined: not said here, which a test refuses. */
export function answerOf(method: string, template: string): DescribedAnswer | undefined {
  const answer = ANSWERS[keyOf(method, template)];
  return answer instanceof z.ZodType ? { json: answer } : answer;
}

/** Every operation that the table speaks of, for the test that asks whether it is there. */
export const answeredKeys = (): readonly string[] => Object.keys(ANSWERS);
