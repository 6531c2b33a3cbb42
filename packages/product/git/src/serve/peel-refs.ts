import { readTagTarget } from '../objects/tag.ts';
import type { ObjectType, Oid } from '../objects/oid.ts';
import type { ObjectSource } from './repository.ts';

/** Tags of tags of tags: more is no history that anybody has. */
const NESTING_LIMIT = 16;

/** `tags` are the tag objects on the way. */
export interface PeeledTip {
  oid: Oid;
  type: ObjectType;
  tags: Oid[];
}

/** Follows tags to what they name. Tips that are not there are left out. */
export async function peelTips(source: ObjectSource, oids: Iterable<Oid>): Promise<Map<Oid, PeeledTip>> {
  const asked = [...new Set(oids)];
  const peeled = new Map<Oid, PeeledTip>();
  for (const [oid, { type }] of await source.heads(asked)) peeled.set(oid, { oid, type, tags: [] });
  for (let depth = 0; depth < NESTING_LIMIT; depth++) {
    const tags = [...peeled.values()].filter(({ type }) => type === 'tag');
    if (tags.length === 0) break;
    const objects = await source.read([...new Set(tags.map(({ oid }) => oid))]);
    for (const tip of tags) {
      const object = objects.get(tip.oid);
      if (!object) continue;
      const target = readTagTarget(object.bytes);
      tip.tags.push(tip.oid);
      tip.oid = target.object;
      tip.type = target.type;
    }
  }
  return peeled;
}
