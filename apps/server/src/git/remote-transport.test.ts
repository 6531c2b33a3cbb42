import { createEgressGuard } from '@slipway/egress';
import { falterAfterHeaders, startRudeServer } from '@slipway/registry-mirror/testing';
import { expect, it } from 'vitest';
import { createRemoteTransport } from './remote-transport.ts';

it('SV-03 HI-07 a server that stops in the middle of an answer is given up, and takes no place from others', async () => {
  const server = await startRudeServer((socket) => falterAfterHeaders(socket));
  try {
    const transport = createRemoteTransport(
      createEgressGuard({ allow: ['127.0.0.1'] }),
      `http://127.0.0.1:${server.port}`,
      {
        credential: undefined,
        receivedBytes: 1024,
        signal: AbortSignal.timeout(60_000),
        idleMs: 100,
      },
    );
    const read = Array.fromAsync(await transport.list('git-upload-pack'));
    await expect(read).rejects.toThrow('The other server said nothing for 0.1 s');
    await expect.poll(() => server.open()).toBe(0);
  } finally {
    await server.close();
  }
});
