import { controlOffer, CONTROL_VERSION } from '@slipway/wire';
import { ControlClient } from './control-client.ts';
import { ControlError } from './control-error.ts';
import type { ControlLimits } from './control-limits.ts';

/** Where and how an offer is waited for. */
export interface OfferOptions {
  /** Whose `message` events are listened to; default: this window's. */
  readonly target?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  readonly limits?: ControlLimits;
}

/** The port of an offer. Any other message gives undefined, as does an offer from another origin than `origin`. */
export function offeredPort(event: MessageEvent<unknown>, origin: string): MessagePort | undefined {
  const [port] = event.ports;
  return event.origin === origin && controlOffer.safeParse(event.data).success ? port : undefined;
}

/**
 * Calls `onControl` with the port that the container's page offers, also when a
 * page that was loaded anew offers another. Listen before the client boots: the
 * offer is the page's first word. Returns what ends the listening; clients that
 * were handed out are the caller's.
 *
 * `onRefused` hears of a container that speaks another version of the protocol.
 */
export function listenForControl(
  origin: string,
  onControl: (client: ControlClient) => void,
  options: OfferOptions & { readonly onRefused?: (error: ControlError) => void } = {},
): () => void {
  const target = options.target ?? globalThis;
  const receive = (event: Event): void => {
    const message = event as MessageEvent<unknown>;
    const port = offeredPort(message, origin);
    if (port !== undefined) onControl(new ControlClient(port, options.limits));
    else if (message.origin === origin && isOtherVersion(message.data)) options.onRefused?.(otherVersion(message.data));
  };
  target.addEventListener('message', receive);
  return () => target.removeEventListener('message', receive);
}

/** Resolves with the first offer of `origin`; rejects when it is of another version. Call before the client boots. */
export function offeredControl(origin: string, options: OfferOptions = {}): Promise<ControlClient> {
  return new Promise((resolve, reject) => {
    const stop = listenForControl(
      origin,
      (client) => {
        stop();
        resolve(client);
      },
      {
        ...options,
        onRefused: (error) => {
          stop();
          reject(error);
        },
      },
    );
  });
}

function isOtherVersion(data: unknown): data is { version: unknown } {
  return (
    typeof data === 'object' &&
    data !== null &&
    'type' in data &&
    data.type === 'slipway:control' &&
    'version' in data &&
    data.version !== CONTROL_VERSION
  );
}

function otherVersion({ version }: { version: unknown }): ControlError {
  return new ControlError(
    'EPROTONOSUPPORT',
    'Cannot use the control port of the container',
    `it speaks version ${JSON.stringify(version)?.slice(0, 20)}, this page ${CONTROL_VERSION}`,
  );
}
