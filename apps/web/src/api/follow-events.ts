import { serverEvent, type ServerEvent } from '@slipway/contracts';
import { type Clock, pageClock } from '../clock/clock.ts';
import { type FollowedStream, followStream, type StreamFollower, type StreamHandlers } from './follow-stream.ts';

/** Whom the follower tells. */
export type EventHandlers = Pick<StreamHandlers<ServerEvent>, 'onConnected' | 'onEvent'>;

/** A stream that is being followed. */
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
