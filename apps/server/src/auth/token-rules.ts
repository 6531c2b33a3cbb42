import type { TokenVerb } from '@slipway/contracts';
import { type Db, getBuild } from '@slipway/db';
import { UUID_PATTERN } from '../http/read-body.ts';
import { scopesAllow, type Access } from '../http/access.ts';

type Place =
  | 'project'
  /** The one of the build in its path. */
  | 'build'
  /** The route looks at the scopes itself, or shows nothing of a project: one project is enough. */
  | 'any'
  | 'all';

/**
 * What an access token needs for a route (SV-14). A route that has no line here is for
 * sessions alone, so a new one is closed to tokens until somebody has thought about it.
 */
const rules: readonly (readonly [method: string, path: string, verb: TokenVerb, place: Place])[] = [
  ['GET', '/api/v1/auth/me', 'read', 'any'],
  ['GET', '/api/v1/templates', 'read', 'any'],
  ['GET', '/api/v1/events', 'read', 'all'],
  ['GET', '/api/v1/projects', 'read', 'any'],
  ['POST', '/api/v1/projects', 'write', 'all'],
  ['GET', '/api/v1/projects/:id', 'read', 'project'],
  ['PATCH', '/api/v1/projects/:id', 'write', 'project'],
  ['DELETE', '/api/v1/projects/:id', 'write', 'project'],
  ['GET', '/api/v1/projects/:id/snapshots', 'read', 'project'],
  ['GET', '/api/v1/projects/:id/snapshots/:snapshot', 'read', 'project'],
  ['GET', '/api/v1/projects/:id/snapshots/:snapshot/mount', 'read', 'project'],
  ['GET', '/api/v1/projects/:id/snapshots/:snapshot/files/:path', 'read', 'project'],
  ['GET', '/api/v1/projects/:id/snapshots/:snapshot/diff/:snapshot', 'read', 'project'],
  ['GET', '/api/v1/projects/:id/history', 'read', 'project'],
  ['POST', '/api/v1/projects/:id/snapshots', 'write', 'project'],
  ['POST', '/api/v1/projects/:id/saves', 'write', 'project'],
  ['POST', '/api/v1/projects/:id/restore', 'write', 'project'],
  ['GET', '/api/v1/projects/:id/checkpoints', 'read', 'project'],
  ['POST', '/api/v1/projects/:id/checkpoints', 'write', 'project'],
  ['GET', '/api/v1/projects/:id/checkpoints/:checkpoint', 'read', 'project'],
  ['POST', '/api/v1/projects/:id/checkpoints/:checkpoint/restore', 'write', 'project'],
  ['POST', '/api/v1/projects/:id/checkpoints/:checkpoint/verify', 'read', 'project'],
  ['POST', '/api/v1/blobs/missing', 'write', 'any'],
  ['PUT', '/api/v1/blobs/:hash', 'write', 'any'],
  // Bytes are the owner's, not a project's.
  ['GET', '/api/v1/blobs/:hash', 'read', 'all'],
  ['GET', '/api/v1/projects/:id/builds', 'read', 'project'],
  ['POST', '/api/v1/projects/:id/builds', 'publish', 'project'],
  ['GET', '/api/v1/builds/:id', 'read', 'build'],
  ['GET', '/api/v1/builds/:id/logs', 'read', 'build'],
  ['GET', '/api/v1/builds/:id/artifact', 'read', 'build'],
  ['POST', '/api/v1/builds/:id/cancel', 'publish', 'build'],
  ['POST', '/api/v1/builds/:id/activate', 'publish', 'build'],
  ['DELETE', '/api/v1/builds/:id', 'publish', 'build'],
  ['PATCH', '/api/v1/builds/:id/link', 'publish', 'build'],
  ['GET', '/api/v1/projects/:id/links', 'read', 'project'],
  ['GET', '/api/v1/projects/:id/site', 'read', 'project'],
  ['PUT', '/api/v1/projects/:id/site/settings', 'publish', 'project'],
  ['PUT', '/api/v1/projects/:id/site/password', 'publish', 'project'],
  ['POST', '/api/v1/projects/:id/site/unpublish', 'publish', 'project'],
  ['POST', '/api/v1/projects/:id/site/addresses', 'publish', 'project'],
  ['POST', '/api/v1/projects/:id/site/addresses/:address/verify', 'publish', 'project'],
  ['DELETE', '/api/v1/projects/:id/site/addresses/:address', 'publish', 'project'],
  ['GET', '/api/v1/agent/providers', 'read', 'any'],
  ['GET', '/api/v1/projects/:id/agent/sessions', 'read', 'project'],
  ['POST', '/api/v1/projects/:id/agent/sessions', 'run', 'project'],
  ['GET', '/api/v1/projects/:id/agent/sessions/:session', 'read', 'project'],
  ['PATCH', '/api/v1/projects/:id/agent/sessions/:session', 'run', 'project'],
  ['POST', '/api/v1/projects/:id/agent/sessions/:session/methods', 'run', 'project'],
  ['GET', '/api/v1/projects/:id/agent/sessions/:session/events', 'read', 'project'],
  ['GET', '/api/v1/projects/:id/agent/sessions/:session/transcript', 'read', 'project'],
  // Each of its tools looks for its own verb.
  ['POST', '/api/v1/projects/:id/mcp', 'read', 'project'],
  ['POST', '/api/workspace/run/start', 'run', 'any'],
  ['POST', '/api/workspace/run/preview', 'run', 'any'],
  ['POST', '/api/workspace/run/build', 'run', 'any'],
  ['POST', '/api/workspace/run/install', 'run', 'any'],
  ['POST', '/api/workspace/run/stop', 'run', 'any'],
  ['GET', '/api/workspace/run/status', 'run', 'any'],
  // A sandbox makes projects, and runs what it likes in them.
  ['GET', '/api/v1/sandboxes', 'run', 'all'],
  ['POST', '/api/v1/sandboxes', 'run', 'all'],
  ['GET', '/api/v1/sandboxes/:sandbox', 'run', 'all'],
  ['POST', '/api/v1/sandboxes/:sandbox/requests', 'run', 'all'],
  ['GET', '/api/v1/sandboxes/:sandbox/requests/:request', 'run', 'all'],
];

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  ':id': `(${UUID_PATTERN})`,
  ':snapshot': '[0-9a-z-]+',
  ':checkpoint': '(?:cp-[0-9-]{1,60}|latest)',
  ':path': '.+',
  ':hash': '[0-9a-f]{64}',
  ':address': UUID_PATTERN,
  ':session': UUID_PATTERN,
};

const compiled = rules.map(([method, path, verb, place]) => ({
  method,
  verb,
  place,
  path: new RegExp(`^${path.replace(/:[a-z]+/g, (name) => PLACEHOLDERS[name] ?? name)}$`),
}));

/** Whether a token's scopes let it come to this route, and what they lack. */
export async function checkTokenRule(
  db: Db,
  request: { method: string; path: string; owner: string },
  access: Access & { kind: 'token' },
): Promise<{ outcome: 'allowed' } | { outcome: 'sessions-only' } | { outcome: 'missing'; verb: TokenVerb }> {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  for (const rule of compiled) {
    const match = rule.method === method ? rule.path.exec(request.path) : null;
    if (!match) continue;
    const { verb, place } = rule;
    const allowed = await reaches(db, request.owner, { access, verb, place, id: match[1] ?? '' });
    return allowed ? { outcome: 'allowed' } : { outcome: 'missing', verb };
  }
  return { outcome: 'sessions-only' };
}

/** Of a build only the database knows the project; it is asked when no scope reaches all projects. */
async function reaches(
  db: Db,
  owner: string,
  asked: { access: Access & { kind: 'token' }; verb: TokenVerb; place: Place; id: string },
): Promise<boolean> {
  const { scopes } = asked.access;
  switch (asked.place) {
    case 'any':
      return scopes.some(({ verb }) => verb === asked.verb);
    case 'all':
      return scopesAllow(scopes, asked.verb, null);
    case 'project':
      return scopesAllow(scopes, asked.verb, asked.id);
    case 'build': {
      if (scopesAllow(scopes, asked.verb, null)) return true;
      const build = await getBuild(db, owner, asked.id);
      return build !== undefined && scopesAllow(scopes, asked.verb, build.projectId);
    }
  }
}
