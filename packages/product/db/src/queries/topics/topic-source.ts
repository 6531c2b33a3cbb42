import type { TopicEvent } from '@slipway/contracts';
import type { SQL } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** A page of a topic. Whoever gets `more` asks again behind the last. */
export type TopicPage =
  | { outcome: 'events'; events: readonly { seq: number; event: TopicEvent }[]; more: boolean }
  /** What came behind the cursor is not kept any more: the reader starts anew from `cursor`. */
  | { outcome: 'too-old'; cursor: number };

/** Where the events of one kind of topic are. What they are in, and who writes them, is the kind's own. */
export interface TopicSource {
  /**
   * A SELECT of `id` (text), `owner_id` and `head`, the number of the last event, for the rows whose uuid is in
   * `ids`.
   */
  heads(ids: SQL): SQL;
  /** The events behind a number, in order; another owner's topic has none. No page is larger than an answer may be. */
  read(db: DbOrTx, ownerId: string, id: string, after: number): Promise<TopicPage>;
}

/** Who follows topics listens here as well as to the owner's; the payload is the topic's name. */
export const TOPIC_CHANNEL = 'slipway_topics';
