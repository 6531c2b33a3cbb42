import type { Service } from '../serve/list-refs.ts';

/**
 * Another server's repository: how bytes get there and back. Whoever makes one decides which addresses may be called.
 */
export interface RemoteTransport {
  /** GET info/refs of a service, in version 0. */
  list(service: Service): Promise<AsyncIterable<Uint8Array>>;
  post(service: Service, body: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>>;
}
