import type { BindingFactory, Foreign } from '../realm.ts';

/**
 * internalBinding('http2'): the constants and shared arrays lib reads while it
 * loads (dev servers load `node:http2` without using it). Sessions are refused:
 * nothing here speaks HTTP/2, and no TLS wrap negotiates it.
 * Reference: Node src/node_http2.cc, src/node_http2_state.h.
 */
export const createHttp2Binding: BindingFactory = (realm) => {
  class Http2Stream {}
  class Http2Session {
    constructor() {
      throw new Error('Cannot open an HTTP/2 session: HTTP/2 is not available in this runtime, use HTTP/1.1');
    }
  }
  const shape: Foreign = realm.data.bindings['http2'];
  return {
    ...shape,
    sessionState: new Float64Array(9),
    streamState: new Float64Array(6),
    settingsBuffer: new Uint32Array(29),
    optionsBuffer: new Uint32Array(14),
    streamStats: new Float64Array(6),
    sessionStats: new Float64Array(9),
    Http2Stream,
    Http2Session,
    nameForErrorCode: [...(shape.nameForErrorCode ?? [])],
    nghttp2ErrorString: (code: number) => `nghttp2 error ${code}`,
    refreshDefaultSettings: () => undefined,
    packSettings: () => {
      throw new Error('Cannot pack HTTP/2 settings: HTTP/2 is not available in this runtime');
    },
    setCallbackFunctions: () => undefined,
  };
};
