import { Errno } from '@slipway/posix';
import { AsyncWrap } from '../handles/async-wrap.ts';
import { HandleWrap } from '../handles/handle-wrap.ts';
import { kernelMessagesOf } from '../handles/kernel-messages.ts';
import type { BindingFactory } from '../realm/realm.ts';
import { signalName } from './signal-names.ts';

/** internalBinding('signal_wrap'). Reference: Node src/signal_wrap.cc. */
export const createSignalWrapBinding: BindingFactory = (realm) => {
  class Signal extends HandleWrap {
    #stop: (() => void) | null = null;

    constructor() {
      super(realm);
    }

    start(number: number): number {
      // The signature of a FunctionTemplate: as V8 says it.
      if (!(#stop in this)) throw new TypeError('Illegal invocation');
      const signal = signalName(number);
      // SIGKILL and SIGSTOP cannot be caught (uv_signal_start: EINVAL).
      if (signal === undefined || number === 0 || signal === 'SIGKILL' || signal === 'SIGSTOP') return Errno.EINVAL;
      this.stop();
      const { kernel } = realm.sys;
      const messages = kernelMessagesOf(realm);
      const stopListening = messages.on('signal', signal, () => {
        AsyncWrap.callMethod(this, 'onsignal', number);
      });
      // From now on the kernel sends a message instead of doing what the signal does by default.
      kernel.post({ type: 'signal-watch', signal, on: true });
      this.#stop = () => {
        stopListening();
        // lib keeps one handle per signal; only a watchdog of vm may want it as well.
        if (!messages.hears(signal)) kernel.post({ type: 'signal-watch', signal, on: false });
      };
      this.setActive(true);
      return 0;
    }

    stop(): number {
      this.#stop?.();
      this.#stop = null;
      this.setActive(false);
      return 0;
    }

    protected override onClose(): void {
      this.stop();
    }
  }
  return { Signal };
};
