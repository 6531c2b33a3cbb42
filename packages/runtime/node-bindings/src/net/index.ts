import type { BindingTable } from '../registry.ts';
import { createCaresWrapBinding } from './cares-wrap.ts';
import { OPEN_HANDLES } from './handle-wrap.ts';
import { HOST_NAMES, HostNames } from './host-names.ts';
import { createHttpParserBinding } from './http-parser.ts';
import { createHttp2Binding } from './http2/index.ts';
import { createJsStreamBinding } from './js-stream.ts';
import { KERNEL_MESSAGES, KernelMessages } from './kernel-messages.ts';
import { createPipeWrapBinding } from './pipe-wrap.ts';
import { createStreamPipeBinding } from './stream-pipe.ts';
import { createStreamWrapBinding } from './stream-wrap.ts';
import { createTcpWrapBinding } from './tcp-wrap.ts';
import { createTlsWrapBinding } from './tls-wrap.ts';
import { createTtyWrapBinding } from './tty-wrap.ts';
import { createUdpWrapBinding } from './udp-wrap.ts';

/** Bindings of streams, sockets, terminals and names. */
export const netBindings: BindingTable = {
  stream_wrap: createStreamWrapBinding,
  pipe_wrap: createPipeWrapBinding,
  tcp_wrap: createTcpWrapBinding,
  tty_wrap: createTtyWrapBinding,
  tls_wrap: createTlsWrapBinding,
  udp_wrap: createUdpWrapBinding,
  js_stream: createJsStreamBinding,
  stream_pipe: createStreamPipeBinding,
  cares_wrap: createCaresWrapBinding,
  http_parser: createHttpParserBinding,
  http2: createHttp2Binding,
  // Not Node's: what is one per realm and shared by several bindings.
  [KERNEL_MESSAGES]: (realm) => new KernelMessages(realm),
  [OPEN_HANDLES]: () => new Set(),
  [HOST_NAMES]: (realm) => new HostNames(() => realm.internalBinding('os').getHostname()),
};
