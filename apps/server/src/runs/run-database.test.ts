import { createServer, type AddressInfo } from 'node:net';
import { createEgressGuard } from '@slipway/egress';
import { expect, it } from 'vitest';
import { createRunDatabase } from './run-database.ts';

it('RN-14 a run is told of the operator’s MongoDB by the project’s name, and whether it answers', async () => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { openSocket } = createEgressGuard({ allow: [target] });
  const describe_ = (settings: { RUN_MONGO_TARGET?: string }) =>
    createRunDatabase({ RUN_MONGO_DB_PREFIX: 'app_', RUN_MONGO_TARGET: undefined, ...settings }, openSocket);
  const url = 'mongodb://127.0.0.1:27017/app_p1';
  expect(await describe_({}).of('p1')).toBeNull();
  const database = describe_({ RUN_MONGO_TARGET: target });
  expect(await database.of('p1')).toEqual({ url, answers: true });
  await new Promise((resolve) => server.close(resolve));
  // Another that asks now; the first believes what it knows for a while.
  expect(await describe_({ RUN_MONGO_TARGET: target }).of('p1')).toEqual({ url, answers: false });
  expect(await database.of('p2')).toMatchObject({ answers: true });
});
