import type { Manifest } from './manifest.ts';

/** What another version of a plugin wants otherwise, in words, for whoever decides about it. */
export function describeChanges(from: Manifest, to: Manifest): string[] {
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  for (const pattern of to.events) if (!from.events.includes(pattern)) say(`hears of "${pattern}"`);
  for (const pattern of from.events) if (!to.events.includes(pattern)) say(`no longer hears of "${pattern}"`);
  for (const [name, { fields }] of Object.entries(to.entities)) {
    const before = Object.hasOwn(from.entities, name) ? from.entities[name]!.fields : undefined;
    if (!before) {
      say(`entity "${name}" is new`);
      continue;
    }
    for (const [field, { type, required, indexed }] of Object.entries(fields)) {
      const was = Object.hasOwn(before, field) ? before[field] : undefined;
      const what = `field "${field}" of "${name}"`;
      if (!was) say(`${what} is new: ${type}${required ? ', required' : ''}${indexed ? ', indexed' : ''}`);
      else {
        if (was.type !== type) say(`${what} is ${type} instead of ${was.type}`);
        if (was.required !== required) say(`${what} is ${required ? 'required' : 'optional'}`);
        if (was.indexed !== indexed) say(`${what} is ${indexed ? 'indexed' : 'no longer indexed'}`);
      }
    }
    for (const field of Object.keys(before)) {
      if (!Object.hasOwn(fields, field)) say(`field "${field}" of "${name}" is hidden; its values stay stored`);
    }
  }
  for (const name of Object.keys(from.entities)) {
    if (!Object.hasOwn(to.entities, name)) say(`entity "${name}" is hidden; its rows stay stored`);
  }
  return said;
}
