import { Errno } from '@slipway/posix';
import { RelayCloseReason } from '@slipway/wire';
import type { ByteStream } from '../bytes/byte-stream.ts';
import type { OutboundRequest } from '../outbound/serve-outbound.ts';
import type { RelayClient } from './relay-client.ts';
import { RelayClosed, type RelayConnection } from './relay-line.ts';

/**
 * Joins a connection of a program with one of the server's, bytes as they are. False where the relay does not lead to
 * that host: nothing was read then. Never rejects.
 */
export async function carryThroughRelay({ host, port, secure, stream }: OutboundRequest, relay: RelayClient) {
  let connection: RelayConnection | null;
  try {
    connection = await relay.connect(host, port, secure);
  } catch (error) {
    stream.breakOff(errnoOf(error));
    return true;
  }
  if (connection === null) return false;
  const uploaded = upload(stream, connection);
  try {
    for (let bytes = await connection.read(); bytes !== null; bytes = await connection.read())
      await stream.write(bytes);
  } catch (error) {
    // Else the program is gone.
    if (error instanceof RelayClosed) stream.breakOff(errnoOf(error));
  }
  // The host says no more, so it is over; what still waits for the program's bytes is woken by this.
  connection.close();
  stream.close();
  await uploaded;
  return true;
}

/** Never rejects: what breaks a connection is seen by whoever reads from it. */
async function upload(stream: ByteStream, connection: RelayConnection): Promise<void> {
  try {
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await connection.write(bytes);
    connection.end();
  } catch {
    connection.close();
  }
}

function errnoOf(error: unknown): number {
  const reason = error instanceof RelayClosed ? error.reason : RelayCloseReason.network;
  if (reason === RelayCloseReason.unreachable) return Errno.EHOSTUNREACH;
  if (reason === RelayCloseReason.timeout) return Errno.ETIMEDOUT;
  return reason === RelayCloseReason.network || reason === RelayCloseReason.idle
    ? Errno.ECONNRESET
    : Errno.ECONNREFUSED;
}
