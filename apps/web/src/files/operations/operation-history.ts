/**
 * What can be undone and redone. Every operation of the panel is a list of moves between two kinds of places: paths
 * of the
 * project, and places in the trash, outside of it. What was made came from the trash, what was deleted went there; so
 * undoing is moving back, whatever it was. Pure.
 */

/** A path of the project, or the absolute path of a place in the trash. */
export type Place = string;

/** One thing that changed its place, a file or a whole folder. */
export interface Move {
  readonly from: Place;
  readonly to: Place;
}

/** Undone as a whole. */
export interface Operation {
  /** As it is said after "Undo": `Delete "a.txt"`. */
  readonly label: string;
  /** In the order in which they were done. */
  readonly moves: readonly Move[];
  readonly keptBytes: number;
}

/** Both stacks, the newest last. */
export interface OperationHistory {
  readonly done: readonly Operation[];
  readonly undone: readonly Operation[];
}

/** Whichever is reached first: the oldest operations go, and what they kept in the trash is deleted for good. */
export interface HistoryLimits {
  readonly operations: number;
  readonly keptBytes: number;
}

/** A history and the places in the trash that nothing leads to any more. */
export interface HistoryChange {
  readonly history: OperationHistory;
  readonly freed: readonly Place[];
  /** Whether an operation cannot be undone any more that could be before. */
  readonly forgot: boolean;
}

/** Shared, because a history is never changed in place. */
export const EMPTY_HISTORY: OperationHistory = { done: [], undone: [] };

/** Whether `place` is in the trash: paths of the project begin with no slash. */
export function isInTrash(place: Place): boolean {
  return place.startsWith('/');
}

/** After something new was done: what was undone cannot be redone, and the oldest goes where the limits are passed. */
export function recordOperation(history: OperationHistory, operation: Operation, limits: HistoryLimits): HistoryChange {
  const freed = history.undone.flatMap(({ moves }) => trashPlaces(moves, 'from'));
  return bounded({ done: [...history.done, operation], undone: [] }, freed, limits);
}

/** After the moves `undone` of the newest operation were taken back; `left` of them could not be. */
export function recordUndo(
  history: OperationHistory,
  undone: Operation | undefined,
  left: Operation | undefined,
  limits: HistoryLimits,
): HistoryChange {
  const done = [...history.done.slice(0, -1), ...(left === undefined ? [] : [left])];
  return bounded({ done, undone: [...history.undone, ...(undone === undefined ? [] : [undone])] }, [], limits);
}

/** After the newest undone operation was done again. */
export function recordRedo(
  history: OperationHistory,
  redone: Operation | undefined,
  left: Operation | undefined,
  limits: HistoryLimits,
): HistoryChange {
  const undone = [...history.undone.slice(0, -1), ...(left === undefined ? [] : [left])];
  return bounded({ done: [...history.done, ...(redone === undefined ? [] : [redone])], undone }, [], limits);
}

/** In the opposite order, too: what was done last is taken back first. */
export function reversed(moves: readonly Move[]): readonly Move[] {
  return moves.map(({ from, to }) => ({ from: to, to: from })).reverse();
}

/** Places in the trash at one end of moves. */
export function trashPlaces(moves: readonly Move[], end: 'from' | 'to'): readonly Place[] {
  return moves.map((move) => move[end]).filter(isInTrash);
}

/** An operation that alone is over the limit is forgotten at once. */
function bounded(history: OperationHistory, freedBefore: readonly Place[], limits: HistoryLimits): HistoryChange {
  let { done, undone } = history;
  const freed = [...freedBefore];
  let forgot = false;
  const isOver = (): boolean =>
    done.length + undone.length > limits.operations ||
    [...done, ...undone].reduce((sum, { keptBytes }) => sum + keptBytes, 0) > limits.keptBytes;
  while (isOver()) {
    // The oldest first; of what was undone, what would be redone last.
    const [oldest] = done;
    const [farthest] = undone;
    if (oldest !== undefined) {
      done = done.slice(1);
      freed.push(...trashPlaces(oldest.moves, 'to'));
      forgot = true;
    } else if (farthest !== undefined) {
      undone = undone.slice(1);
      freed.push(...trashPlaces(farthest.moves, 'from'));
    } else break;
  }
  return { history: { done, undone }, freed, forgot };
}
