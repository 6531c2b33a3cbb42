import { type CreateProjectResponse, ticketResponse } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../testing.ts';
import { makePerson } from './testing/make-person.ts';
import { acceptTicket } from './tickets.ts';

let tested: TestServer;
let token: string;
let project: { id: string; containerId: string };
beforeAll(async () => {
  tested = await createTestServer();
  token = await tested.signIn();
  const made = await tested.call('POST', '/api/v1/projects', { token, json: { name: 'Mine' } });
  ({ project } = made.json<CreateProjectResponse>());
}, 60_000);
afterAll(() => tested.close());

const ask = (asToken: string, projectId: string, purpose = 'relay') =>
  tested.call('POST', '/api/v1/tickets', { token: asToken, json: { purpose, projectId } });
const ticket = async (purpose = 'relay') => ticketResponse.parse((await ask(token, project.id, purpose)).json()).ticket;
const accept = (protocols: string | undefined, purpose: 'relay' | 'live-preview' = 'relay') =>
  acceptTicket(tested.database.db, protocols, purpose);

describe('tickets for WebSockets', () => {
  it('AU-09 a ticket opens one WebSocket of its own kind, once, within 30 s', async () => {
    const one = await ticket();
    const accepted = await Promise.all([accept(`slipway, ${one}`), accept(`slipway,${one}`)]);
    expect(accepted.filter((found) => found !== undefined)).toEqual([
      { owner: expect.any(String) as string, project: project.id },
    ]);
    const other = await ticket('live-preview');
    expect(await accept(`slipway, ${other}`)).toBeUndefined();
    // Shown in the wrong place, it is gone.
    expect(await accept(`slipway, ${other}`, 'live-preview')).toBeUndefined();
    const old = await ticket();
    await tested.database.db.execute(sql`update tickets set expires_at = slipway_now()`);
    expect(await accept(`slipway, ${old}`)).toBeUndefined();
    const stored = JSON.stringify(await tested.database.db.execute(sql`select * from tickets`));
    expect(stored).not.toContain(await ticket());
    for (const protocols of [
      undefined,
      '',
      'slipway',
      `slipway, ${'a'.repeat(43)}`,
      `${await ticket()}`,
      `a, ${await ticket()}, b`,
    ])
      expect(await accept(protocols), protocols).toBeUndefined();
  });

  it('AU-09 it is had by a session for one\u2019s own project, or by the project\u2019s capability on its runtime host', async () => {
    const stranger = await makePerson(tested, 'eve@example.org');
    expect((await ask(stranger.token, project.id)).json()).toMatchObject({ code: 'PROJECT_NOT_FOUND' });
    const { capability } = (
      await tested.call('POST', `/api/v1/projects/${project.id}/capability`, { token, json: {} })
    ).json<{ capability: string }>();
    const byCapability = (shown: string, projectId = project.id) =>
      tested.call('POST', '/__slip/tickets', {
        host: `${project.containerId}.rt.slipway.localhost`,
        json: { purpose: 'relay', projectId },
        headers: { authorization: `Capability ${shown}` },
      });
    const issued = ticketResponse.parse((await byCapability(capability)).json());
    expect(await accept(`slipway, ${issued.ticket}`)).toMatchObject({ project: project.id });
    expect((await byCapability(token)).status).toBe(401);
    expect((await byCapability(capability, stranger.id)).status).toBe(401);
    expect((await byCapability('')).status).toBe(401);
    // What was signed out is signed out, however long the capability was to last.
    await tested.database.db.execute(sql`update refresh_families set revoked_at = slipway_now()`);
    expect((await byCapability(capability)).status).toBe(401);
  });
});
