import type { User } from '@slipway/contracts';
import { describe, expect, it } from 'vitest';
import { settle } from '../testing/fake-container.ts';
import { createSession } from './create-session.ts';

const user: User = { id: 'u', email: 'a@example.org', name: 'A', role: 'user', createdAt: 1 };
const session = (accessToken: string, id = 'u') => ({ user: { ...user, id }, accessToken, expiresIn: 600 });
const entered = (accessToken: string, id = 'u') => Response.json({ success: true, data: session(accessToken, id) });
/** The answer to `open`; null where a person has to sign in. */
const opened = (accessToken: string | null) =>
  Response.json({
    session: accessToken === null ? null : session(accessToken),
    home: accessToken === null ? null : { projects: [], templates: [] },
    project: null,
  });
const refused = (status: number) => Response.json({ code: 'UNAUTHORIZED', message: 'Wrong password' }, { status });

/** A session over a server that answers each path from its list. */
function open(answers: Record<string, (() => Response)[]>, known: User | undefined = undefined) {
  const asked: string[] = [];
  let owner = known;
  let now = 0;
  const session = createSession({
    send: async (path) => {
      const name = String(path).split('/').at(-1) ?? '';
      asked.push(name);
      const answer = answers[name]?.shift();
      if (answer === undefined) throw new TypeError('Failed to fetch');
      return answer();
    },
    nowMs: () => now,
    path: () => '/',
    known: {
      user: () => owner,
      belongTo: (who) => {
        if (who?.id !== owner?.id) owner = undefined;
      },
    },
  });
  return { session, owner: () => owner, asked, pass: (ms: number) => void (now += ms) };
}

describe('the session', () => {
  it('AU-04 opens by one request, which brings the first data of the page', async () => {
    const { session, asked } = open({ open: [() => opened('one')] });
    await settle();
    expect(session.state()).toMatchObject({ name: 'signed-in', accessToken: 'one' });
    expect(asked).toEqual(['open']);
    expect(session.first.takeProjects()).toEqual({ projects: [], next: undefined });
    expect(session.first.takeProjects()).toBeUndefined();
  });

  it('is signed out where neither a cookie nor the machine says who it is', async () => {
    const { session } = open({ open: [() => opened(null)] });
    await settle();
    expect(session.state()).toEqual({ name: 'signed-out' });
  });

  it('says that the server does not answer, and opens when asked again', async () => {
    const { session } = open({ open: [() => refused(503), () => opened('one')] });
    await settle();
    expect(session.failure()).toBe('It answered 503. Is its database up?');
    await session.open();
    expect(session.state()).toMatchObject({ name: 'signed-in' });
  });

  it('renews an old token once for all who ask, and uses it until shortly before its end', async () => {
    const { session, asked, pass } = open({ open: [() => opened('one')], refresh: [() => entered('two')] });
    await settle();
    pass(569_000);
    expect(await session.token()).toBe('one');
    pass(2_000);
    expect(await Promise.all([session.token(), session.token(), session.token()])).toEqual(['two', 'two', 'two']);
    expect(asked).toEqual(['open', 'refresh']);
  });

  it('renews a token that the server has refused, and only that one', async () => {
    const { session, asked } = open({ open: [() => opened('one')], refresh: [() => entered('two')] });
    await settle();
    expect(await session.token('one')).toBe('two');
    expect(await session.token('one')).toBe('two');
    expect(asked).toEqual(['open', 'refresh']);
  });

  it('AU-10 is the owner of the machine again where the cookie was lost', async () => {
    const { session } = open({
      open: [() => opened('one')],
      refresh: [() => refused(401)],
      local: [() => entered('own')],
    });
    await settle();
    expect(await session.token('one')).toBe('own');
    expect(session.state()).toMatchObject({ name: 'signed-in' });
  });

  it('AU-04 stays signed in while the server is ill; refused, it asks for the same person’s password (UX-17)', async () => {
    const { session, pass } = open({
      open: [() => opened('one')],
      refresh: [() => refused(503), () => refused(401)],
      local: [() => refused(403)],
      login: [() => entered('other', 'v'), () => entered('again')],
    });
    await settle();
    pass(600_000);
    expect(await session.token()).toBeUndefined();
    expect(session.state().name).toBe('signed-in');
    expect(await session.token()).toBeUndefined();
    expect(session.state()).toMatchObject({ name: 'expired', user: { email: 'a@example.org' } });
    expect(await session.token()).toBeUndefined();
    const body = { email: 'a@example.org', password: 'secret' };
    expect(await session.signIn(body)).toMatch(/This page is a@example.org’s/);
    expect(session.state().name).toBe('expired');
    expect(await session.signIn(body)).toBeUndefined();
    expect(await session.token()).toBe('again');
  });

  it('AU-01 signs in with a password, or says what the server said', async () => {
    const { session } = open({ open: [() => opened(null)], login: [() => refused(401), () => entered('in')] });
    await settle();
    const body = { email: 'a@example.org', password: 'secret' };
    expect(await session.signIn(body)).toBe('Wrong password');
    expect(await session.signIn(body)).toBeUndefined();
    expect(session.state()).toMatchObject({ name: 'signed-in', accessToken: 'in' });
  });

  it('UX-18 is of who was here the last time while nobody answers, and signed in when somebody does', async () => {
    const { session, asked } = open({ refresh: [() => entered('later')] }, user);
    await settle();
    expect(session.state()).toEqual({ name: 'offline', user });
    expect(asked).toEqual(['open']);
    expect(await session.token()).toBe('later');
    expect(session.state()).toMatchObject({ name: 'signed-in', user });
  });

  it('UX-18 saves nothing of one person as another who signed in meanwhile, and forgets whose projects it knew', async () => {
    const { session, owner } = open({ refresh: [() => entered('theirs', 'v')] }, user);
    await settle();
    expect(await session.token()).toBeUndefined();
    expect(session.state()).toMatchObject({ name: 'expired', user: { id: 'u' } });
    expect(owner()).toBeUndefined();
  });

  it('UX-18 a browser that knows nobody, or whose server says that nobody is signed in, opens nothing', async () => {
    const unknown = open({});
    await settle();
    expect(unknown.session.failure()).toBe('Failed to fetch');
    const told = open({ open: [() => opened(null)] }, user);
    await settle();
    expect(told.session.state().name).toBe('signed-out');
    expect(told.owner()).toBeUndefined();
  });
});
