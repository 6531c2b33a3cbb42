import type { TopicKind } from '@slipway/contracts';
import { buildTopic } from './build-topic.ts';
import type { TopicSource } from './topic-source.ts';

/** Every kind of topic but the owner's, which is `readEvents`. */
export const topicSources: Readonly<Record<Exclude<TopicKind, 'owner'>, TopicSource>> = { build: buildTopic };
