/**
 * What RST_STREAM and GOAWAY carry (RFC 9113, 7): the peer sees these numbers. `LibError` below are nghttp2's own,
 * which only the program sees.
 */
export const ErrorCode = {
  noError: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refusedStream: 7,
  cancel: 8,
  compression: 9,
  enhanceYourCalm: 11,
} as const;

/** Results of nghttp2's functions, which lib and its tests know by number (nghttp2.h, enum nghttp2_error). */
export const LibError = {
  proto: -505,
  streamIdNotAvailable: -509,
  streamClosed: -510,
  streamClosing: -511,
  invalidState: -519,
  frameSize: -522,
  headerCompression: -523,
  flowControl: -524,
  pushDisabled: -528,
  dataExist: -529,
  sessionClosing: -530,
  httpHeader: -531,
  httpMessaging: -532,
  refusedStream: -533,
  internal: -534,
  cancel: -535,
  settingsExpected: -536,
  callbackFailure: -902,
  badClientMagic: -903,
  flooded: -904,
  tooManyContinuations: -905,
} as const;

const TEXTS: Readonly<Record<number, string>> = {
  0: 'Success',
  [-501]: 'Invalid argument',
  [-502]: 'Out of buffer space',
  [-503]: 'Unsupported SPDY version',
  [-504]: 'Operation would block',
  [-505]: 'Protocol error',
  [-506]: 'Invalid frame octets',
  [-507]: 'EOF',
  [-508]: 'Data transfer deferred',
  [-509]: 'No more Stream ID available',
  [-510]: 'Stream was already closed or invalid',
  [-511]: 'Stream is closing',
  [-512]: 'The transmission is not allowed for this stream',
  [-513]: 'Stream ID is invalid',
  [-514]: 'Invalid stream state',
  [-515]: 'Another DATA frame has already been deferred',
  [-516]: 'request HEADERS is not allowed',
  [-517]: 'GOAWAY has already been sent',
  [-518]: 'Invalid header block',
  [-519]: 'Invalid state',
  [-521]: 'The user callback function failed due to the temporal error',
  [-522]: 'The length of the frame is invalid',
  [-523]: 'Header compression/decompression error',
  [-524]: 'Flow control error',
  [-525]: 'Insufficient buffer size given to function',
  [-526]: 'Callback was paused by the application',
  [-527]: 'Too many inflight SETTINGS',
  [-528]: 'Server push is disabled by peer',
  [-529]: 'DATA or HEADERS frame has already been submitted for the stream',
  [-530]: 'The current session is closing',
  [-531]: 'Invalid HTTP header field was received',
  [-532]: 'Violation in HTTP messaging rule',
  [-533]: 'Stream was refused',
  [-534]: 'Internal error',
  [-535]: 'Cancel',
  [-536]: 'When a local endpoint expects to receive SETTINGS frame, it receives an other type of frame',
  [-537]: 'SETTINGS frame contained more than the maximum allowed entries',
  [-901]: 'Out of memory',
  [-902]: 'The user callback function failed',
  [-903]: 'Received bad client magic byte string',
  [-904]: 'Flooding was detected in this HTTP/2 session, and it must be closed',
  [-905]: 'Too many CONTINUATION frames following a HEADER frame',
};

/**
 * nghttp2_strerror: lib puts this text into the message of its NghttpError, so it is the library's, word for word.
 */
export function libErrorText(code: number): string {
  return TEXTS[code] ?? 'Unknown error code';
}

/** TranslateNghttp2ErrorCode in src/node_http2.cc. */
export function toErrorCode(libError: number): number {
  switch (libError) {
    case LibError.streamClosed:
      return ErrorCode.streamClosed;
    case LibError.headerCompression:
      return ErrorCode.compression;
    case LibError.frameSize:
      return ErrorCode.frameSize;
    case LibError.flowControl:
      return ErrorCode.flowControl;
    case LibError.refusedStream:
      return ErrorCode.refusedStream;
    case LibError.proto:
    case LibError.httpHeader:
    case LibError.httpMessaging:
      return ErrorCode.protocol;
    default:
      return ErrorCode.internal;
  }
}
