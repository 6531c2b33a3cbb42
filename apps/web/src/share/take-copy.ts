import { apiPaths, projectResponse } from '@slipway/contracts';
import { ApiError } from '../api/api-error.ts';
import { createSession, type Session } from '../session/create-session.ts';

/** The session that a copy is taken with: one that could not be opened, or is over, gives way to a new one. */
export function sessionForCopy(before: Session | undefined, open: () => Session = () => createSession()): Session {
  return before === undefined || ['failed', 'expired'].includes(before.state().name) ? open() : before;
}

/** Makes the visitor's own copy, and gives its id; undefined where nobody is signed in, which the page asks for. */
export async function takeCopy(
  token: string,
  session: Session,
  send: typeof fetch = (...request) => fetch(...request),
): Promise<string | undefined> {
  await session.opened;
  const failure = session.failure();
  if (failure !== undefined) throw new Error(failure);
  const bearer = await session.token();
  if (bearer === undefined) {
    if (session.state().name === 'signed-out') return undefined;
    throw new Error('The server did not say who you are: try again');
  }
  const answer = await send(apiPaths.copyShared, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${bearer}` },
    body: JSON.stringify({ token }),
  });
  if (!answer.ok) throw await ApiError.from(answer);
  return projectResponse.parse(await answer.json()).project.id;
}
