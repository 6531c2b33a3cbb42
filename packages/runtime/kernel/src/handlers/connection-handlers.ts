import { tell } from '../core/tell.ts';
import type { HandlersOf } from './handler.ts';

/** Pipes, sockets, datagrams, and descriptors on their way. */
export const connectionHandlers: HandlersOf<
  | 'channel'
  | 'channel-close'
  | 'listen'
  | 'unlisten'
  | 'connect'
  | 'pass'
  | 'take-passed'
  | 'udp-bind'
  | 'udp-send'
  | 'udp-group'
  | 'udp-close'
> = {
  channel({ connections }, task, { id, rings, sides }) {
    connections.channels.create(id, rings, 'pipe', sides, task);
  },
  'channel-close': ({ connections }, task, { id, side }) => connections.channels.release(id, side, task),
  listen: ({ connections }, task, message) => connections.listen(task, message),
  unlisten: ({ connections }, task, { listener }) => connections.unlisten(task, listener),
  connect: ({ connections }, task, message) => tell(task, connections.connect(task, message)),
  pass: ({ connections }, task, message) => connections.pass(task, message),
  'take-passed': ({ connections }, task, { channel, side }) => tell(task, connections.takePassed(task, channel, side)),
  'udp-bind': ({ connections }, task, message) => connections.bindDatagrams(task, message),
  'udp-send': ({ connections }, task, message) => connections.sendDatagram(task, message),
  'udp-group': ({ connections }, task, message) => connections.datagramGroup(task, message),
  'udp-close': ({ connections }, task, { socket }) => connections.closeDatagrams(task, socket),
};
