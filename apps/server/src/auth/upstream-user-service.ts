import { emailAddress, userRole } from '@slipway/contracts';
import { admitForeignUser, type Db } from '@slipway/db';
import { EgressError, type EgressGuard } from '@slipway/egress';
import * as z from 'zod';
import { getUserByIdIn, type UserService } from './user-service.ts';

/** A person waits at the door meanwhile. */
const DEADLINE_MS = 5000;
const MAX_BYTES = 64 * 1024;

/** Their answer; what else it holds goes no further. */
const tokens = z.object({
  user: z.object({
    id: z.union([z.string().min(1).max(200), z.number()]).transform(String),
    email: emailAddress,
    name: z.string().max(200),
    role: userRole,
  }),
  refresh_token: z.string().min(1).max(8192),
});
/** Their refusal as they tell it; what does not fit is told as an error of the service. */
const problem = z.object({ code: z.string().max(100).optional(), message: z.string().max(500).optional() });

type Asked =
  | { outcome: 'answered'; body: z.infer<typeof tokens> }
  | { outcome: 'refused'; status: number; code: string; message: string }
  | { outcome: 'away'; message: string };

/**
 * A user service of the operator's own (AU-05). What it says of a person is brought into our account with each sign-in.
 */
export function createUpstreamUserService(
  db: Db,
  egress: EgressGuard,
  service: { url: string; apiKey: string },
): UserService {
  const ask = async (path: string, body: Record<string, string>): Promise<Asked> => {
    try {
      const response = await egress.fetch(`${service.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', 'x-api-key': service.apiKey },
        body: JSON.stringify(body),
        deadlineMs: DEADLINE_MS,
        maxBytes: MAX_BYTES,
      });
      const read = parseJson(await response.text());
      if (!response.ok) {
        const { code = 'SERVICE_ERROR', message = 'Service error' } = problem.safeParse(read).data ?? {};
        return { outcome: 'refused', status: response.status, code, message };
      }
      const parsed = tokens.safeParse(read);
      return parsed.success
        ? { outcome: 'answered', body: parsed.data }
        : { outcome: 'refused', status: 502, code: 'SERVICE_ERROR', message: 'Service error' };
    } catch (error) {
      if (error instanceof EgressError) return { outcome: 'away', message: 'Network error' };
      throw error;
    }
  };
  const admit = async ({ user }: z.infer<typeof tokens>) =>
    // The operator chose the service: whom it knows is invited, and its addresses are right.
    await admitForeignUser(
      db,
      {
        provider: 'upstream',
        subject: user.id,
        email: user.email,
        emailVerified: true,
        name: user.name,
        role: user.role,
      },
      'open',
    );

  return {
    authenticate: async ({ email, password }) => {
      const asked = await ask('/api/v1/auth/login', { email, password });
      if (asked.outcome !== 'answered') return asked;
      const admitted = await admit(asked.body);
      return admitted.outcome === 'admitted'
        ? { outcome: 'authenticated', user: admitted.user, upstreamToken: asked.body.refresh_token }
        : { outcome: 'refused', status: 409, code: 'EMAIL_TAKEN', message: 'The address is another account’s here' };
    },
    refresh: async ({ upstreamToken }) => {
      const asked = await ask('/api/v1/auth/refresh', { refresh_token: upstreamToken });
      if (asked.outcome === 'away') return asked;
      if (asked.outcome === 'refused')
        // 429 and the like say nothing of the session either.
        return [400, 401, 403, 404].includes(asked.status)
          ? { outcome: 'ended' }
          : { outcome: 'away', message: 'Network error' };
      await admit(asked.body);
      return { outcome: 'goes-on', upstreamToken: asked.body.refresh_token };
    },
    getUserById: getUserByIdIn(db),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
