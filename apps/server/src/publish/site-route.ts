import { randomUUID } from 'node:crypto';
import type { BlobStore } from '@slipway/blobs';
import {
  addAddressBody,
  type AddAddressBody,
  type AddressResponse,
  buildSettings,
  type BuildVariable,
  defaultBuildSettings,
  type OkResponse,
  setVariableBody,
  type SetVariableBody,
  siteLimits,
  sitePasswordBody,
  type SiteResponse,
  variableName,
} from '@slipway/contracts';
import {
  addSiteHost,
  type Db,
  deleteBuildVariable,
  getProject,
  getProjectSite,
  getSiteHost,
  isProvenDomain,
  listBuildVariables,
  listSiteHosts,
  placeOf,
  removeSiteHost,
  sealedColumns,
  setBuildSettings,
  setBuildVariable,
  setSitePassword,
  unpublish,
  verifySiteHost,
} from '@slipway/db';
import type { SecretBox } from '@slipway/secrets';
import { type Context, Hono } from 'hono';
import { auditRequest } from '../audit/audit-request.ts';
import type { Passwords } from '../auth/passwords.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { fail } from '../http/api-error.ts';
import type { LargeBody } from '../http/body-limit.ts';
import { createLanes, type Lanes } from '../http/lanes.ts';
import { inWriteLane } from '../http/write-lanes.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { ServerEnv, UserEnv } from '../http/server-env.ts';
import { describeAddress } from './describe-address.ts';
import { detectProject } from './detect-project.ts';
import { findProof, parseDomain, type ResolveTxt } from './domains.ts';

const sitePath = `/projects/:projectId{${UUID_PATTERN}}/site`;
const addressPath = `${sitePath}/addresses/:addressId{${UUID_PATTERN}}`;
/** A value of the greatest length, escaped in JSON. */
const VARIABLE_BODY_BYTES = 256 * 1024;

export const variableBodies: LargeBody[] = [
  {
    method: 'PUT',
    path: new RegExp(`^/api/v1/projects/${UUID_PATTERN}/site/variables/[^/]+$`),
    limitBytes: VARIABLE_BODY_BYTES,
  },
];

/** Whether a request waits for somebody's DNS, and so must not hold a place among the owner's writes. */
export function asksDns(c: Context): boolean {
  return new RegExp(`^/api/v1/projects/${UUID_PATTERN}/site/addresses/[^/]+/verify$`).test(c.req.path);
}

/** `secretBox` seals build variables, `passwords` hashes a site's own; `resolveTxt` is asked for a domain's proof. */
export interface SiteNeeds {
  db: Db;
  blobs: BlobStore;
  hosts: Hosts;
  passwords: Passwords;
  secretBox: SecretBox;
  resolveTxt: ResolveTxt;
  /** The owner's lane, for what is written after its body was read. */
  writes: Lanes;
}

/** A project's site: how it is built, where it is shown, and to whom (P-29, P-35, P-37). */
export function siteRoute(services: SiteNeeds) {
  const { db, hosts, passwords, secretBox, writes } = services;
  const noProject = (c: Context) => fail(c, 'PROJECT_NOT_FOUND', 'No such project');
  const lookUps = createLanes({ key: { atOnce: 1, waiting: 4 }, all: { atOnce: 16, waiting: 100 } });
  // Plain values are shown again to be changed; secret ones never leave the server.
  const variablesOf = async (owner: string, projectId: string): Promise<BuildVariable[]> =>
    (await listBuildVariables(db, owner, projectId)).map(({ id, name, secret, sealed }) => ({
      name,
      secret,
      value: secret ? null : secretBox.open(sealed, placeOf(sealedColumns.buildVariable, id)),
    }));

  return new Hono<UserEnv>()
    .get(sitePath, async (c) => {
      const { owner } = c.var;
      const project = await getProject(db, owner, c.req.param('projectId'));
      const site = project && (await getProjectSite(db, owner, project.id));
      if (!project || !site) return noProject(c);
      const settings = site.settings ?? defaultBuildSettings;
      const detected = await detectProject(services, owner, project, settings);
      return c.json({
        site: {
          ...site,
          settings,
          addresses: (await listSiteHosts(db, owner, project.id)).map((host) => describeAddress(hosts, host)),
          detected: detected?.outcome === 'detected' ? detected.build : null,
          problem: detected?.outcome === 'unclear' ? detected.problem : null,
          variables: await variablesOf(owner, project.id),
        },
      } satisfies SiteResponse);
    })
    .put(`${sitePath}/settings`, jsonBody(buildSettings), async (c) => {
      const { outcome } = await setBuildSettings(db, c.var.owner, c.req.param('projectId'), c.req.valid('json'));
      return outcome === 'missing' ? noProject(c) : c.json({ success: true } satisfies OkResponse);
    })
    .put(`${sitePath}/password`, jsonBody(sitePasswordBody), async (c) => {
      const { password } = c.req.valid('json');
      const hash = password === null ? null : await passwords.hash(password);
      const projectId = c.req.param('projectId');
      const { outcome } = await setSitePassword(db, c.var.owner, projectId, hash);
      if (outcome === 'missing') return noProject(c);
      await auditRequest(db, c, {
        action: 'site.password.change',
        target: projectId,
        details: { password: hash !== null },
      });
      return c.json({ success: true } satisfies OkResponse);
    })
    .post(`${sitePath}/unpublish`, async (c) => {
      const projectId = c.req.param('projectId');
      const { outcome } = await unpublish(db, c.var.owner, projectId);
      if (outcome === 'missing') return noProject(c);
      await auditRequest(db, c, { action: 'site.unpublish', target: projectId });
      return c.json({ success: true } satisfies OkResponse);
    })
    .post(`${sitePath}/addresses`, jsonBody(addAddressBody), (c) =>
      addAddress(services, c, c.req.param('projectId'), c.req.valid('json')),
    )
    .post(`${addressPath}/verify`, (c) =>
      inWriteLane(c, lookUps, () => verify(services, c, c.req.param('projectId'), c.req.param('addressId'))),
    )
    .delete(addressPath, async (c) => {
      const addressId = c.req.param('addressId');
      const { outcome } = await removeSiteHost(db, c.var.owner, c.req.param('projectId'), addressId);
      if (outcome === 'missing') return fail(c, 'ADDRESS_NOT_FOUND', 'No such address that could be removed');
      await auditRequest(db, c, { action: 'site.address.remove', target: addressId });
      return c.json({ success: true } satisfies OkResponse);
    })
    .put(`${sitePath}/variables/:name`, jsonBody(setVariableBody, VARIABLE_BODY_BYTES), (c) =>
      inWriteLane(c, writes, () => putVariable(services, c, c.req.param(), c.req.valid('json'))),
    )
    .delete(`${sitePath}/variables/:name`, async (c) => {
      const { outcome } = await deleteBuildVariable(db, c.var.owner, c.req.param('projectId'), c.req.param('name'));
      return outcome === 'missing'
        ? fail(c, 'VARIABLE_NOT_FOUND', 'No such variable')
        : c.json({ success: true } satisfies OkResponse);
    });
}

/** Sealed for its row: what is in the database opens nowhere else. */
async function putVariable(
  { db, secretBox }: SiteNeeds,
  c: Context<UserEnv>,
  at: { projectId: string; name: string },
  { value, secret }: SetVariableBody,
): Promise<Response> {
  const name = variableName.safeParse(at.name);
  if (!name.success)
    return fail(
      c,
      'VALIDATION_ERROR',
      'Invalid input',
      name.error.issues.map(({ message }) => ({ field: 'name', message })),
    );
  const id = randomUUID();
  const set = await setBuildVariable(db, c.var.owner, at.projectId, {
    id,
    name: name.data,
    secret,
    sealed: secretBox.seal(value, placeOf(sealedColumns.buildVariable, id)),
    limit: siteLimits.variables,
  });
  switch (set.outcome) {
    case 'set':
      return c.json({ success: true } satisfies OkResponse);
    case 'missing':
      return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
    case 'too-many':
      return fail(c, 'TOO_MANY', `A project has at most ${siteLimits.variables} variables: remove one first`);
  }
}

/** A domain is normalized before it is compared with what is taken. It shows nothing before it is proven. */
async function addAddress(
  { db, hosts }: SiteNeeds,
  c: Context<UserEnv>,
  projectId: string,
  asked: AddAddressBody,
): Promise<Response> {
  let { host } = asked;
  if (asked.kind === 'domain') {
    const parsed = parseDomain(host, hosts.isOwn);
    if (parsed.outcome === 'refused')
      return fail(c, 'VALIDATION_ERROR', `Cannot use "${host}": ${parsed.why}`, [
        { field: 'host', message: parsed.why },
      ]);
    host = parsed.domain;
  }
  const limit = asked.kind === 'name' ? siteLimits.names : siteLimits.domains;
  const added = await addSiteHost(db, c.var.owner, projectId, { kind: asked.kind, host, limit });
  switch (added.outcome) {
    case 'added':
      await auditRequest(db, c, {
        action: 'site.address.add',
        target: added.host.id,
        details: { kind: asked.kind, host, projectId: projectId },
      });
      return c.json({ address: describeAddress(hosts, added.host) } satisfies AddressResponse, 201);
    case 'missing':
      return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
    case 'taken':
      return fail(c, 'ADDRESS_TAKEN', `"${host}" is taken already: choose another one`);
    case 'too-many':
      return fail(c, 'TOO_MANY', `A project has at most ${limit} ${asked.kind}s: remove one first`, { limit });
  }
}

/** Looks for the proof in DNS. Of two projects that prove one domain the first keeps it. */
async function verify(
  { db, hosts, resolveTxt }: SiteNeeds,
  c: Context<UserEnv>,
  projectId: string,
  addressId: string,
): Promise<Response> {
  const { owner } = c.var;
  const claim = await getSiteHost(db, owner, projectId, addressId);
  if (claim?.proof == null) return fail(c, 'ADDRESS_NOT_FOUND', 'No such domain');
  const { host, proof } = claim;
  const found = await findProof(resolveTxt, host, proof);
  if (found.outcome === 'silent')
    return fail(c, 'UPSTREAM_UNAVAILABLE', `The DNS of "${host}" did not answer: try again in a minute`);
  if (found.outcome === 'absent')
    return fail(
      c,
      'DOMAIN_NOT_PROVEN',
      `The DNS of "${host}" does not have the record yet: add it, and try again when it has spread`,
      { proof: describeAddress(hosts, claim).proof },
    );
  const verified = await verifySiteHost(db, owner, addressId, proof);
  switch (verified.outcome) {
    case 'verified':
      await auditRequest(db, c, { action: 'site.domain.verify', target: host });
      return c.json({ address: describeAddress(hosts, verified.host) } satisfies AddressResponse);
    case 'taken':
      return fail(c, 'ADDRESS_TAKEN', `"${host}" is shown by another project: it must be removed there first`);
    case 'missing':
      return fail(c, 'ADDRESS_NOT_FOUND', 'No such domain');
  }
}

/** What a proxy that gets certificates on demand asks first: 200 for a proven domain, 404 for any other. */
export const siteDomainsRoute = ({ db }: { db: Db }) =>
  new Hono<ServerEnv>().get('/site-domains/:domain{[a-z0-9.-]{4,253}}', async (c) =>
    (await isProvenDomain(db, c.req.param('domain')))
      ? c.json({ success: true } satisfies OkResponse)
      : fail(c, 'NOT_FOUND', 'No site has that domain'),
  );
