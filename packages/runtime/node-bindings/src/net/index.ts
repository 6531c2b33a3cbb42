import type { BindingTable } from '../realm/binding-table.ts';
import { createBlockListBinding } from './block-list.ts';
import { createCaresWrapBinding } from './cares-wrap.ts';
import { createHttpParserBinding } from './http-parser.ts';
import { createJsStreamBinding } from './js-stream.ts';
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
  block_list: createBlockListBinding,
  cares_wrap: createCaresWrapBinding,
  http_parser: createHttpParserBinding,
};
