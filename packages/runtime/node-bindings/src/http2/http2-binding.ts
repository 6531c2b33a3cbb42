import type { BindingFactory, Foreign } from '../realm/realm.ts';
import { libErrorText, encodeSettings } from '@slipway/http2';
import { Http2SessionHandle } from './http2-session.ts';
import { Http2StreamHandle } from './http2-stream.ts';
import { Http2State } from './shared-state.ts';

/**
 * internalBinding('http2'). Reference: Node src/node_http2.cc over nghttp2, whose
 * part `Connection`, `Sender` and `Receiver` play here; RFC 9113, RFC 7541.
 *
 *   lib ──▶ Http2SessionHandle ──▶ Sender ──▶ socket
 *    ▲        │  Http2StreamHandle    │ Connection (windows, settings, streams)
 *    └────────┴───────────────── Receiver ◀── socket
 */
export const createHttp2Binding: BindingFactory = (realm) => {
  const shape: Foreign = realm.data.bindings['http2'];
  // One set of arrays for all sessions: lib reads them right after the call that filled them.
  const state = new Http2State();

  class Http2Stream extends Http2StreamHandle {}
  class Http2Session extends Http2SessionHandle {
    constructor(type: number) {
      super(realm, state, Http2Stream, type);
    }
  }

  return {
    ...shape,
    sessionState: state.sessionState,
    streamState: state.streamState,
    settingsBuffer: state.settingsBuffer,
    optionsBuffer: state.optionsBuffer,
    streamStats: state.streamStats,
    sessionStats: state.sessionStats,
    Http2Stream,
    Http2Session,
    nameForErrorCode: [...(shape.nameForErrorCode ?? [])],
    nghttp2ErrorString: libErrorText,
    refreshDefaultSettings: () => state.writeDefaults(),
    packSettings: () => realm.requireBuiltin('buffer').Buffer.from(encodeSettings(state.readSettings()).buffer),
    setCallbackFunctions: (...functions: Foreign[]) => state.setCallbacks(functions),
  };
};
