import type { Accessor } from 'solid-js';
import { messageOf } from '../../api/api-error.ts';
import { nameTrouble } from '../tree/entry-name.ts';
import { childOf, nameOf, outermost, parentOf } from '../tree/paths.ts';
import { createTurns } from './create-turns.ts';
import { makeDesk } from './make-desk.ts';
import { makeMover, type MovingContainer } from './make-mover.ts';
import { makePlacing, namesIn, type PutItems } from './make-placing.ts';
import type { HistoryLimits, Move } from './operation-history.ts';
import type { OperationHooks } from './operation-hooks.ts';
import { counted, type Outcome, refused } from './outcome.ts';
import { type Item, transferTrouble } from './transfer-plan.ts';

/** What the panel does to files. One after the other; each but the ones that say so can be undone. */
export interface Operations {
  readonly busy: Accessor<boolean>;
  create(folder: string, name: string, kind: 'file' | 'folder'): Promise<Outcome>;
  rename(path: string, name: string): Promise<Outcome>;
  transfer(paths: readonly string[], folder: string, verb: 'move' | 'copy'): Promise<Outcome>;
  /** New things from elsewhere: `put` writes them. */
  bring(items: readonly Item[], folder: string, label: string, put: PutItems): Promise<Outcome>;
  remove(paths: readonly string[]): Promise<Outcome>;
  undo(): Promise<Outcome>;
  redo(): Promise<Outcome>;
}

/** A tenth of what a container's memory holds, and as many steps as anybody goes back. */
const LIMITS: HistoryLimits = { operations: 100, keptBytes: 128 * 1024 * 1024 };
/** The person said no, or there was nothing to do: no text, and no step of the history. */
const CANCELLED = { outcome: 'cancelled' } as const;

/** The operations on the files of `container`, with their history; deleted things wait in the trash of the mover. */
export function createOperations(
  container: MovingContainer,
  hooks: OperationHooks,
  limits: HistoryLimits = LIMITS,
): Operations {
  const mover = makeMover(container);
  const { busy, inTurn } = createTurns();
  const desk = makeDesk(mover, hooks, limits);
  const { prepare, put, finish, made, moved } = makePlacing(container, mover, desk, hooks, limits);

  /** Nothing of a panel's command may throw: whoever called it only shows the text. */
  const outcomeOf = (work: () => Promise<Outcome>): Promise<Outcome> =>
    work().catch((error: unknown) => refused(messageOf(error)));
  /**
   * What was typed is written first (`beforeChange`), so that a move takes the newest text with it and not
   * the last saved.
   */
  const exclusive = (work: () => Promise<Outcome>): Promise<Outcome> =>
    outcomeOf(() =>
      inTurn(async () => {
        await hooks.beforeChange();
        return await work();
      }),
    );

  return {
    busy,
    create: (folder, name, kind) =>
      exclusive(async () => {
        const names = await namesIn(container, folder);
        const trouble = nameTrouble(name, (one) => names.has(one));
        if (trouble !== undefined) return refused(trouble);
        const path = childOf(folder, name);
        if (kind === 'folder') await container.fs.mkdir(path);
        else await container.fs.writeFile(path, '');
        const moves = [{ from: mover.newTrashPlace(), to: path }];
        return await desk.record({ label: `New ${kind} "${name}"`, moves, keptBytes: 0 }, { count: 1 });
      }),

    rename: (path, name) =>
      exclusive(async () => {
        if (name === nameOf(path)) return CANCELLED;
        const folder = parentOf(path);
        const names = await namesIn(container, folder);
        const trouble = nameTrouble(name, (one) => names.has(one));
        if (trouble !== undefined) return refused(trouble);
        const moves = [{ from: path, to: childOf(folder, name) }];
        const result = await mover.move(moves);
        const label = `Rename "${nameOf(path)}" to "${name}"`;
        return await desk.record({ label, moves: moves.slice(0, result.count), keptBytes: 0 }, result);
      }),

    transfer: (paths, folder, verb) =>
      exclusive(async () => {
        const roots = outermost(paths);
        const trouble = transferTrouble(roots, folder);
        if (trouble !== undefined) return refused(trouble);
        // Moving to where it is changes nothing; copying there makes a second one.
        const chosen = verb === 'move' ? roots.filter((path) => parentOf(path) !== folder) : roots;
        if (chosen.length === 0) return CANCELLED;
        const ready = await prepare(
          chosen.map((path) => ({ name: nameOf(path), from: path })),
          folder,
        );
        if (ready.outcome !== 'ready') return ready;
        const isMove = verb === 'move';
        const result = await put(ready, (targets) =>
          isMove ? mover.move(targets.map(moved)) : mover.copy(targets.map(moved)),
        );
        return await finish(ready, result, isMove ? 'Move' : 'Copy', isMove ? moved : made);
      }),

    bring: (items, folder, title, putItems) =>
      outcomeOf(async () => {
        const ready = await inTurn(() => prepare(items, folder));
        if (ready.outcome !== 'ready') return ready;
        // Not in turn: what comes from elsewhere may take minutes, in which other things are done.
        const result = await put(ready, putItems);
        return await inTurn(() => finish(ready, result, title, made));
      }),

    remove: (paths) =>
      exclusive(async () => {
        const roots = outermost(paths);
        if (roots.length === 0) return CANCELLED;
        const keptBytes = await mover.measureBytes(roots);
        const label = `Delete ${counted(roots.length, nameOf(roots[0] ?? ''))}`;
        if (keptBytes > limits.keptBytes) return await removeForever(container, hooks, roots, keptBytes);
        const moves = roots.map((path): Move => ({ from: path, to: mover.newTrashPlace() }));
        const result = await mover.move(moves);
        return await desk.record({ label, moves: moves.slice(0, result.count), keptBytes }, result);
      }),

    undo: () => exclusive(() => desk.back()),
    redo: () => exclusive(() => desk.forth()),
  };
}

/** Too large for the trash: gone for good, once somebody has said yes. */
async function removeForever(
  container: MovingContainer,
  hooks: OperationHooks,
  paths: readonly string[],
  bytes: number,
): Promise<Outcome> {
  const what = counted(paths.length, nameOf(paths[0] ?? ''));
  const size = `${Math.round(bytes / 1_000_000)} MB`;
  if (!(await hooks.askForever(`${what} holds ${size}, more than is kept for undo. It will be gone for good.`)))
    return CANCELLED;
  for (const path of paths) {
    await container.fs.rm(path, { recursive: true, force: true });
    hooks.onDeleted(path);
  }
  await hooks.reread(new Set(paths.map(parentOf)));
  return { outcome: 'done', paths: [], text: `Deleted ${what} for good`, undoable: false };
}
