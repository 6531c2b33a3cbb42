import type { Foreign } from '../realm/realm.ts';

/** BindingData's initial number of channels. */
const NATIVE_CHANNELS = 1024;

/**
 * internalBinding('diagnostics_channel'). Reference: src/node_diagnostics_channel.cc.
 * Nothing native publishes here.
 */
export function createDiagnosticsChannelBinding(): Foreign {
  return {
    /** Subscribers of native channels, by index; none is ever linked. */
    subscribers: new Uint32Array(NATIVE_CHANNELS),
    linkNativeChannel() {},
  };
}
