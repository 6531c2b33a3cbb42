import { readCommitLinks } from '../objects/commit.ts';
import type { ObjectType, Oid } from '../objects/oid.ts';
import { isRefName } from '../objects/ref-name.ts';
import type { PackReader } from '../packs/pack-reader.ts';
import type { RefCommand } from './push-request.ts';
import type { FetchRepository, ObjectSource } from './repository.ts';

/** The house's own refs: nobody sees them, nobody moves them. */
export const HIDDEN_REFS = 'refs/slipway/';

/** Why a command is refused, in git's own words; a command that is not in the map is fine. */
export type Refusals = Map<RefCommand, string>;

/** Objects asked for in one question. */
const AT_ONCE = 5000;

/**
 * Whether all that the pack's objects lead to is in the pack or in the repository, and of the type that it must have.
 */
export async function isConnected(repository: ObjectSource, pack: PackReader): Promise<boolean> {
  const links = [...pack.outsideLinks];
  for (let from = 0; from < links.length; from += AT_ONCE) {
    const page = links.slice(from, from + AT_ONCE);
    const heads = await repository.heads(page.map(([oid]) => oid));
    if (page.some(([oid, type]) => heads.get(oid)?.type !== type)) return false;
  }
  return true;
}

/** What the house's rules and git's own say of the commands. */
export async function judgeCommands(
  repository: FetchRepository,
  commands: readonly RefCommand[],
  pack: PackReader | undefined,
): Promise<Refusals> {
  const refusals: Refusals = new Map();
  const counts = new Map<string, number>();
  for (const { name } of commands) counts.set(name, (counts.get(name) ?? 0) + 1);
  const targets = await typesOf(repository, commands, pack);
  const taken = await namesAfter(repository, commands);
  for (const command of commands) {
    const { name, from, to } = command;
    const type = to === null ? undefined : targets.get(to);
    if (!name.startsWith('refs/') || !isRefName(name)) refusals.set(command, 'funny refname');
    else if ((counts.get(name) ?? 0) > 1) refusals.set(command, 'multiple updates for ref not allowed');
    else if (name.startsWith(HIDDEN_REFS)) refusals.set(command, 'deny updating a hidden ref');
    else if (to === null && name === repository.head)
      refusals.set(command, 'deletion of the current branch prohibited');
    else if (to !== null && type === undefined) refusals.set(command, 'missing necessary objects');
    else if (to !== null && name.startsWith('refs/heads/') && type !== 'commit')
      refusals.set(command, 'failed to update ref');
    else if (to !== null && from === null && clashes(name, taken)) refusals.set(command, 'failed to update ref');
    else if (
      to !== null &&
      from !== null &&
      name.startsWith('refs/heads/') &&
      !(await descends(repository, pack, from, to))
    )
      refusals.set(command, 'non-fast-forward');
  }
  return refusals;
}

/** What the commands' new ids are, in the pack or else in the repository; one that is in neither has no type. */
async function typesOf(
  repository: ObjectSource,
  commands: readonly RefCommand[],
  pack: PackReader | undefined,
): Promise<Map<Oid, ObjectType>> {
  const types = new Map<Oid, ObjectType>();
  const outside: Oid[] = [];
  for (const { to } of commands) {
    if (to === null) continue;
    const type = pack?.typeOf(to);
    if (type === undefined) outside.push(to);
    else types.set(to, type);
  }
  for (const [oid, { type }] of await repository.heads([...new Set(outside)])) types.set(oid, type);
  return types;
}

/** The names of all refs when every command has been done. */
async function namesAfter(repository: FetchRepository, commands: readonly RefCommand[]): Promise<Set<string>> {
  const names = new Set((await repository.refs()).map(({ name }) => name));
  for (const { name, to } of commands) if (to === null) names.delete(name);
  for (const { name, to } of commands) if (to !== null) names.add(name);
  return names;
}

/** A ref is a file and its parts are folders to whoever clones: no name may be both. */
function clashes(name: string, taken: ReadonlySet<string>): boolean {
  const parts = name.split('/');
  for (let length = parts.length - 1; length > 1; length--)
    if (taken.has(parts.slice(0, length).join('/'))) return true;
  for (const other of taken) if (other.startsWith(`${name}/`)) return true;
  return false;
}

/** Whether `from` is `to` or one of its ancestors, by way of the pack and then of the repository. */
async function descends(repository: ObjectSource, pack: PackReader | undefined, from: Oid, to: Oid): Promise<boolean> {
  const seen = new Set([to]);
  const outside: Oid[] = [];
  for (const oid of seen) {
    if (oid === from) return true;
    const object = pack?.typeOf(oid) === 'commit' ? await pack.read(oid) : undefined;
    if (object) for (const parent of readCommitLinks(object.bytes).parents) seen.add(parent);
    else outside.push(oid);
  }
  return (await repository.history(outside)).some(({ oid }) => oid === from);
}
