import type { MirrorPass, RelayHost } from '@slipway/gateway';
import { MIRROR_PASS_HEADER, RELAY_PATH, RELAY_PROTOCOL, RELAY_TICKET_PATH, relayTicketResponse } from '@slipway/wire';

/** Until there is a ticket, and until the line is open. */
const LIMIT_MS = 20_000;

/** The relay of the server that this worker came from. What opens the mirror opens it, too. */
export function makeRelayHost(pass: MirrorPass, fetch: typeof globalThis.fetch): RelayHost {
  const ask = (shown: string | null): Promise<Response> =>
    fetch(new URL(RELAY_TICKET_PATH, location.origin), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(shown === null ? {} : { [MIRROR_PASS_HEADER]: shown }) },
      body: '{}',
      signal: AbortSignal.timeout(LIMIT_MS),
    });
  return {
    async ticket() {
      const shown = pass.current();
      let response = await ask(shown);
      // A pass lasts an hour.
      if (response.status === 401) response = await ask(await pass.renew(shown));
      if (!response.ok) return null;
      const parsed = relayTicketResponse.safeParse(await response.json());
      return parsed.success ? parsed.data.ticket : null;
    },
    // The ticket goes as a second subprotocol: a page cannot give a WebSocket any headers.
    open: (ticket, on) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(new URL(RELAY_PATH, location.origin.replace(/^http/, 'ws')), [
          RELAY_PROTOCOL,
          ticket,
        ]);
        socket.binaryType = 'arraybuffer';
        const late = setTimeout(() => socket.close(), LIMIT_MS);
        socket.onopen = () => {
          clearTimeout(late);
          resolve({ send: (message) => socket.send(message), close: () => socket.close() });
        };
        socket.onmessage = ({ data }) => {
          if (data instanceof ArrayBuffer) on.message(new Uint8Array(data));
        };
        socket.onclose = () => {
          clearTimeout(late);
          // Of no effect where it has been open.
          reject(new Error('it did not open'));
          on.closed();
        };
      }),
    nowMs: () => performance.now(),
  };
}
