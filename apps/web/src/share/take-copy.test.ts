import type { User } from '@slipway/contracts';
import { expect, it } from 'vitest';
import { createSession, type Session } from '../session/create-session.ts';
import { sessionForCopy, takeCopy } from './take-copy.ts';

const USER: User = { id: 'u', email: 'a@example.org', name: 'A', role: 'user', createdAt: 1 };

/** A session over a server that gives these answers, one for each request. */
const openOver = (answers: (() => Response)[]): Session =>
  createSession({
    send: async () => answers.shift()?.() ?? Promise.reject(new TypeError('Failed to fetch')),
    nowMs: () => 0,
    path: () => '/s/token',
    known: { user: () => undefined, belongTo: () => undefined },
  });
const away = () => new Response('', { status: 503 });
const signedIn = (expiresIn = 600) =>
  Response.json({
    session: { user: USER, accessToken: 'one', expiresIn },
    home: { projects: [], templates: [] },
    project: null,
  });
const nobody = () => Response.json({ session: null, home: null, project: null });
const project = {
  ...{ id: '018f3a00-0000-7000-8000-000000000001', name: 'P', template: 'vanilla', revision: 1 },
  ...{ containerId: 'c1', latestSnapshotId: null, activeBuildId: null },
  ...{ createdAt: 1, updatedAt: 1 },
};
const copied: typeof fetch = async () => Response.json({ project });

it('UX-17 a copy that failed because no session could be opened is taken at the next press', async () => {
  const first = sessionForCopy(undefined, () => openOver([away]));
  await expect(takeCopy('token', first, copied)).rejects.toThrow('It answered 503. Is its database up?');
  const second = sessionForCopy(first, () => openOver([signedIn]));
  expect(second).not.toBe(first);
  expect(await takeCopy('token', second, copied)).toBe(project.id);
  expect(sessionForCopy(second)).toBe(second);
});

it('a session that is over gives way too, and who is not signed in is asked to', async () => {
  const refused = () => new Response('', { status: 401 });
  // Neither the cookie nor the machine says any more who it is.
  const over = openOver([() => signedIn(1), refused, refused]);
  await expect(takeCopy('token', over, copied)).rejects.toThrow('The server did not say who you are: try again');
  expect(over.state().name).toBe('expired');
  const next = sessionForCopy(over, () => openOver([nobody]));
  expect(await takeCopy('token', next, copied)).toBeUndefined();
  expect(next.state().name).toBe('signed-out');
});
