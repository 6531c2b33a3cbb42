import { serverEvent, type ServerEvent } from '@slipway/contracts';
import { type Clock, pageClock } from '../clock/clock.ts';
import { type FollowedStream, followStream, type StreamFollower, type StreamHandlers } from './follow-stream.ts';

/** Lost connections are in neither: they are tried again without a word. */
export type EventHandlers = Pick<StreamHandlers<ServerEvent>, 'onConnected' | 'onEvent'>;

/** `stop` also ends the request that is under way. */
export type EventFollower = StreamFollower;

/** Follows what happens to the user's projects. `after` is the id behind which it begins; without one, from now. */
export function followEvents(
  open: FollowedStream<ServerEvent>['open'],
  handlers: EventHandlers,
  clock: Clock = pageClock,
  after?: string,
): EventFollower {
  const parse = (data: unknown): ServerEvent | undefined => serverEvent.safeParse(data).data;
  return followStream({ open, parse, after, name: 'event stream' }, handlers, clock);
}
