import { parentOf } from '../tree/paths.ts';
import type { Mover, MoveResult } from './make-mover.ts';
import {
  EMPTY_HISTORY,
  type HistoryChange,
  type HistoryLimits,
  isInTrash,
  type Move,
  type Operation,
  type OperationHistory,
  recordOperation,
  recordRedo,
  recordUndo,
  reversed,
} from './operation-history.ts';
import type { OperationHooks } from './operation-hooks.ts';
import { type Outcome, quoted, refused } from './outcome.ts';

/** Where operations are written down, taken back and done again. */
export interface Desk {
  /** After the moves of `operation` were done, as far as `result` says. */
  record(operation: Operation, result: MoveResult): Promise<Outcome>;
  back(): Promise<Outcome>;
  forth(): Promise<Outcome>;
}

/** The history of what was done, and what follows from each of its changes. */
export function makeDesk(mover: Mover, hooks: OperationHooks, limits: HistoryLimits): Desk {
  let history: OperationHistory = EMPTY_HISTORY;

  /** Takes over a change; says what the person has to know of it. */
  const take = async (change: HistoryChange): Promise<string> => {
    history = change.history;
    // What stays there takes room and no more: it is no reason to say that nothing was done.
    await mover.empty(change.freed).catch((error: unknown) => console.warn('The trash was not emptied:', error));
    return change.forgot ? '. Older operations cannot be undone any more' : '';
  };
  /**
   * Tells of each move, and has the touched folders read anew. What comes out of the trash had no path that
   * anybody knows. Resolves with the paths that are in the project now.
   */
  const announce = async (moves: readonly Move[]): Promise<readonly string[]> => {
    for (const { from, to } of moves) {
      if (isInTrash(from)) continue;
      if (isInTrash(to)) hooks.onDeleted(from);
      else hooks.onMoved(from, to);
    }
    const places = moves.flatMap(({ from, to }) => [from, to]).filter((one) => !isInTrash(one));
    await hooks.reread(new Set(places.map(parentOf)));
    return moves.map(({ to }) => to).filter((to) => !isInTrash(to));
  };
  /** `moves` of `operation` in one direction. */
  const perform = async (
    word: 'undo' | 'redo',
    operation: Operation,
    moves: readonly Move[],
    then: (done: readonly Move[], left: readonly Move[], bytes: number) => HistoryChange,
  ): Promise<Outcome> => {
    const bytes = await mover.measureBytes(moves.filter(({ to }) => isInTrash(to)).map(({ from }) => from));
    const { count, problem } = await mover.move(moves);
    const done = moves.slice(0, count);
    // What has gone comes back by no second try.
    const left = problem?.name === 'gone' ? [] : moves.slice(count);
    const more = await take(then(done, left, bytes));
    const paths = await announce(done);
    if (problem !== undefined)
      return refused(
        `Cannot ${word} "${operation.label}": ${quoted([shownPlace(problem.move)])}: ${problem.text}${more}`,
      );
    const text = `${word === 'undo' ? 'Undone' : 'Done again'}: ${operation.label}${more}`;
    return { outcome: 'done', paths, text, undoable: false };
  };
  /**
   * One operation that was stopped half-way stands on both stacks, each with the moves of its side. None
   * where a side has no moves.
   */
  const part = (operation: Operation, moves: readonly Move[], keptBytes: number): Operation | undefined =>
    moves.length === 0 ? undefined : { ...operation, moves, keptBytes };

  return {
    async record(operation: Operation, result: MoveResult): Promise<Outcome> {
      const more = operation.moves.length === 0 ? '' : await take(recordOperation(history, operation, limits));
      const paths = await announce(operation.moves);
      if (result.problem !== undefined) {
        const { move, text } = result.problem;
        return refused(`Cannot finish at ${quoted([shownPlace(move)])}: ${text}${more}`);
      }
      const kept = history.done.includes(operation);
      return { outcome: 'done', paths, text: `${operation.label}${more}`, undoable: kept };
    },
    async back(): Promise<Outcome> {
      const operation = history.done.at(-1);
      if (operation === undefined) return refused('There is nothing to undo');
      return await perform('undo', operation, reversed(operation.moves), (done, left, bytes) =>
        recordUndo(
          history,
          part(operation, reversed(done), bytes),
          part(operation, reversed(left), operation.keptBytes),
          limits,
        ),
      );
    },
    async forth(): Promise<Outcome> {
      const operation = history.undone.at(-1);
      if (operation === undefined) return refused('There is nothing to do again');
      return await perform('redo', operation, operation.moves, (done, left, bytes) =>
        recordRedo(history, part(operation, done, bytes), part(operation, left, operation.keptBytes), limits),
      );
    },
  };
}

/** The end of a move that lies in the project. */
const shownPlace = ({ from, to }: Move): string => (isInTrash(to) ? from : to);
