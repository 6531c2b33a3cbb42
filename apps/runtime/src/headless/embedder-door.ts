/** All that this page ever says to its parent. Every message names the parent's origin. */
import { CONTROL_VERSION, type ControlEvent, type ControlOffer } from '@slipway/wire';
import type { HeadlessMessage } from '@slipway/wire';

/** A parent that may not be here is told so through one as well, and nothing else. */
export class EmbedderDoor {
  readonly #parent: Window;
  readonly #origin: string;
  #control: MessagePort | undefined;

  constructor(parent: Window, origin: string) {
    this.#parent = parent;
    // An opaque origin cannot be named. Nothing but a refusal ever goes there (checkEmbedder).
    this.#origin = origin === 'null' ? '*' : origin;
  }

  init(port: MessagePort): void {
    this.#post({ type: 'init' }, [port]);
  }

  warn(level: 'warn' | 'error', message: string): void {
    this.#post({ type: 'warning', level, message: `Slipway: ${message}` });
  }

  /** Our end of the control port; messages wait in it until the kernel takes it. */
  offerControl(): MessagePort {
    const channel = new MessageChannel();
    const offer: ControlOffer = { type: 'slipway:control', version: CONTROL_VERSION };
    this.#parent.postMessage(offer, this.#origin, [channel.port2]);
    this.#control = channel.port1;
    return channel.port1;
  }

  /** The boot is over before a kernel could say so. */
  fail(message: string): void {
    this.warn('error', message);
    const failed: ControlEvent = { type: 'boot', phase: 'failed', message, elapsedMs: performance.now() };
    try {
      (this.#control ?? this.offerControl()).postMessage(failed);
    } catch (error) {
      // The port has gone to a kernel that failed afterwards: the warning above has to do.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  /** Passes on what a page of ours further down says. */
  forward(data: unknown, ports: readonly MessagePort[]): void {
    this.#parent.postMessage(data, this.#origin, [...ports]);
  }

  #post(message: HeadlessMessage, ports: readonly MessagePort[] = []): void {
    this.#parent.postMessage(message, this.#origin, [...ports]);
  }
}
