import { messageOf } from '../../api/api-error.ts';
import { nameOf } from '../tree/paths.ts';
import { readFolder, type ReadingContainer } from '../tree/read-folder.ts';
import type { Desk } from './make-desk.ts';
import type { Mover, MoveResult } from './make-mover.ts';
import type { HistoryLimits, Move } from './operation-history.ts';
import type { OperationHooks } from './operation-hooks.ts';
import { counted, type Outcome, quoted, refused } from './outcome.ts';
import { type Item, planTargets, replaceTrouble, type Target } from './transfer-plan.ts';

/** Puts items at their targets, in order; says how many it has put, even in part. */
export type PutItems = (targets: readonly Target[]) => Promise<MoveResult>;

/** Room has been made at the targets, or not all of it as `problem` says. */
export interface Ready {
  readonly outcome: 'ready';
  readonly targets: readonly Target[];
  readonly cleared: readonly Move[];
  readonly keptBytes: number;
  readonly problem: MoveResult['problem'];
}
/** Everything but `ready` ends the command: it was refused, or the person has cancelled it. */
export type Prepared = Ready | Exclude<Outcome, { outcome: 'done' }>;

/** Read anew, since a program may have made one meanwhile. */
export async function namesIn(container: ReadingContainer, folder: string): Promise<ReadonlySet<string>> {
  return new Set((await readFolder(container, folder)).map(({ name }) => name));
}

/**
 * The steps by which things get new places, whatever they are: room is made, they are put there, it is written down.
 */
export function makePlacing(
  container: ReadingContainer,
  mover: Mover,
  desk: Desk,
  hooks: OperationHooks,
  limits: HistoryLimits,
) {
  /** Plans, and makes room where something is replaced. */
  const prepare = async (items: readonly Item[], folder: string): Promise<Prepared> => {
    const targets = await planTargets(items, folder, await namesIn(container, folder), hooks.askConflict);
    if (targets === undefined) return { outcome: 'cancelled' };
    const trouble = replaceTrouble(targets);
    if (trouble !== undefined) return refused(trouble);
    const replaced = targets
      .filter((one) => one.replaces)
      .map(({ to }): Move => ({ from: to, to: mover.newTrashPlace() }));
    const names = replaced.map(({ from }) => from);
    const keptBytes = await mover.measureBytes(names);
    if (keptBytes > limits.keptBytes)
      return refused(`Cannot replace ${quoted(names)}: it is too large to be kept. Delete it first`);
    const { count, problem } = await mover.move(replaced);
    return { outcome: 'ready', targets, cleared: replaced.slice(0, count), keptBytes, problem };
  };
  /** Whatever happens is a result: what was cleared away has to be recorded, else nobody could bring it back. */
  const put = async (ready: Ready, putItems: PutItems): Promise<MoveResult> => {
    const [first] = ready.targets;
    if (ready.problem !== undefined || first === undefined) return { count: 0, problem: ready.problem };
    try {
      return await putItems(ready.targets);
    } catch (error) {
      const move = { from: first.item.from ?? first.item.name, to: first.to };
      return { count: 0, problem: { name: 'failed', move, text: messageOf(error) } };
    }
  };
  /** What was made new came from the trash: undoing puts it there. */
  const made = ({ to }: Target): Move => ({ from: mover.newTrashPlace(), to });
  const moved = ({ item, to }: Target): Move => ({ from: mustBe(item.from), to });
  const finish = async (
    ready: Ready,
    result: MoveResult,
    title: string,
    moveOf: (target: Target) => Move,
  ): Promise<Outcome> => {
    const placed = ready.targets.slice(0, result.count);
    const label = `${title} ${counted(placed.length, nameOf(placed[0]?.to ?? ''))}`;
    const moves = [...ready.cleared, ...placed.map(moveOf)];
    return await desk.record({ label, moves, keptBytes: ready.keptBytes }, result);
  };
  return { prepare, put, finish, made, moved };
}

function mustBe(path: string | undefined): string {
  if (path === undefined) throw new Error('Cannot move what is not in the project');
  return path;
}
