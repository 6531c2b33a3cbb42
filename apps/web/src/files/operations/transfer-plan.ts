import { freeName } from '../tree/entry-name.ts';
import { childOf, isWithin, nameOf, parentOf } from '../tree/paths.ts';

/** Something that is to get a name in a folder; `from` where it lies in the project already. */
export interface Item {
  readonly name: string;
  readonly from?: string | undefined;
}

/** `keep-both` gives the new one another name. */
export type ConflictAnswer = 'replace' | 'keep-both' | 'cancel';

/** A question to the person, about one name; the answer may be for all that follow too. */
export type AskConflict = (
  name: string,
  others: number,
) => Promise<{ readonly answer: ConflictAnswer; readonly all: boolean }>;

/** Decided before the first thing moves. */
export interface Target {
  readonly item: Item;
  readonly to: string;
  /** What is at `to` is put into the trash first. */
  readonly replaces: boolean;
}

/** Why `paths` cannot go into `folder`, as a sentence; undefined where they can. */
export function transferTrouble(paths: readonly string[], folder: string): string | undefined {
  const around = paths.find((path) => isWithin(path, folder));
  if (around === undefined) return undefined;
  return around === folder
    ? `Cannot put "${nameOf(around)}" into itself`
    : `Cannot put "${nameOf(around)}" into "${folder}": it is inside of it`;
}

/**
 * A target for each item in `folder`, where `taken` are the names that it has. Asks about each conflict until an answer
 * is for all; undefined when the answer is to cancel. Two items of one name conflict with each other too.
 */
export async function planTargets(
  items: readonly Item[],
  folder: string,
  taken: ReadonlySet<string>,
  ask: AskConflict,
): Promise<readonly Target[] | undefined> {
  const names = new Set(taken);
  const targets: Target[] = [];
  let forAll: ConflictAnswer | undefined;
  const conflicts = items.filter(({ name }) => taken.has(name)).length;
  let asked = 0;
  for (const item of items) {
    let answer: ConflictAnswer = 'keep-both';
    // A copy beside itself is a duplicate: nobody would replace it by itself.
    if (taken.has(item.name) && (item.from === undefined || parentOf(item.from) !== folder)) {
      asked++;
      const said = forAll === undefined ? await ask(item.name, conflicts - asked) : { answer: forAll, all: true };
      if (said.all) forAll = said.answer;
      answer = said.answer;
    }
    if (answer === 'cancel') return undefined;
    const isFirst = !targets.some(({ to }) => to === childOf(folder, item.name));
    const replaces = answer === 'replace' && isFirst;
    const name = replaces ? item.name : freeName(item.name, (one) => names.has(one));
    names.add(name);
    targets.push({ item, to: childOf(folder, name), replaces });
  }
  return targets;
}

/** Why `targets` cannot be: what would be replaced holds what is to come. */
export function replaceTrouble(targets: readonly Target[]): string | undefined {
  const bad = targets.find(({ item, to, replaces }) => replaces && item.from !== undefined && isWithin(to, item.from));
  return bad === undefined ? undefined : `Cannot replace "${bad.to}": "${bad.item.from}" is inside of it`;
}
