import type { ServerEvent, TopicName } from '@slipway/contracts';

/**
 * A claim that the worker keeps alive. `mark` counts what the page did; a beat carries the one that it was sent with.
 */
export interface Hold {
  readonly projectId: string;
  readonly holderId: string;
  readonly epoch: number;
  readonly mark: number;
}

/** What the server said of a hold, for the tab that has it. */
export type Beat = Hold &
  (
    | { readonly outcome: 'renewed'; readonly runHeld: boolean }
    /** The server has given the project to another tab: this one's writes are refused from here on. */
    | { readonly outcome: 'lost' }
    | { readonly outcome: 'unreachable' }
  );

/** Each says the whole of what the page wants, and not only what is new. */
export type PageMessage =
  | { readonly type: 'hold'; readonly hold: Hold | undefined }
  /** Follow the event stream that all tabs of this name share. */
  | { readonly type: 'follow'; readonly name: string }
  /** All topics that the page follows, each with where it is; `fresh` are those that begin now. */
  | {
      readonly type: 'topics';
      readonly topics: readonly (readonly [TopicName, number])[];
      readonly fresh: readonly TopicName[];
    }
  | { readonly type: 'token'; readonly id: number; readonly token: string | undefined }
  | { readonly type: 'delay'; readonly id: number; readonly ms: number };

/** Tokens stay with the page: the worker asks for one when it needs it. */
export type LinkMessage =
  | { readonly type: 'beat'; readonly beat: Beat }
  | { readonly type: 'event'; readonly event: ServerEvent }
  | { readonly type: 'connected'; readonly connected: boolean }
  /** `refused` is the token that the server would not take any more. */
  | { readonly type: 'need-token'; readonly id: number; readonly refused: string | undefined }
  | { readonly type: 'delayed'; readonly id: number };
