import type { WebContainer } from '@webcontainer/api';
import { messageOf } from '../../api/api-error.ts';
import { nameOf, parentOf } from '../tree/paths.ts';
import { isGoneError, readFolder } from '../tree/read-folder.ts';
import { measureBytes, placeArgument } from './measure-bytes.ts';
import { isInTrash, type Move, type Place } from './operation-history.ts';
import { runInContainer } from './run-in-container.ts';

/** With `spawn`, since moves and copies are programs that run in the container. */
export type MovingContainer = Pick<WebContainer, 'fs' | 'spawn' | 'workdir'>;

/** How far a list of moves or copies came: the first `count` are done, and `problem` is about the next one. */
export interface MoveResult {
  readonly count: number;
  readonly problem?: MoveProblem | undefined;
}

/** `exists`: something is at the target. `gone`: nothing is at the source. `failed`: as the text says. */
export interface MoveProblem {
  readonly name: 'exists' | 'gone' | 'failed';
  readonly move: Move;
  readonly text: string;
}

/** Moves, copies and measures in a container. Nothing is ever written over. */
export interface Mover {
  newTrashPlace(): Place;
  move(moves: readonly Move[]): Promise<MoveResult>;
  copy(moves: readonly Move[]): Promise<MoveResult>;
  measureBytes(places: readonly Place[]): Promise<number>;
  /** They are what the history has dropped: nothing leads back to them. BATCH of them in one process. */
  empty(places: readonly Place[]): Promise<void>;
}

const GONE = 'it is not there any more';
const EXISTS = 'something is there already';
/** Moves of one process: far from what execve(2) takes of arguments. */
const BATCH = 200;

/**
 * Says "moved" for each pair of its arguments, and stops at the first that cannot be. Its own lines begin with a mark
 * that
 * no file's name can know. The client has no call for places outside of the project and none for a move that leaves
 * alone what is at the target; the shell has both.
 */
const MOVE_SCRIPT = `
mark=$1; verb=$2; trash=$3; shift 3
mkdir -p -- "$trash" || exit 1
while [ $# -gt 1 ]; do
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then echo "$mark gone"; exit 1; fi
  if [ -e "$2" ] || [ -L "$2" ]; then echo "$mark exists"; exit 1; fi
  [ -d "\${2%/*}" ] || mkdir -p -- "\${2%/*}" || exit 1
  if [ "$verb" = move ]; then mv -T -- "$1" "$2" || exit 1; else cp -a -T -- "$1" "$2" || exit 1; fi
  echo "$mark moved"
  shift 2
done`;

/** A mover of `container`, with the trash beside the project's folder: in no snapshot, and gone with the container. */
export function makeMover(container: MovingContainer): Mover {
  const trash = `${parentOf(container.workdir)}/.slipway-trash-${nameOf(container.workdir)}`;
  let places = 0;
  let begun: Promise<unknown> | undefined;

  /** What an earlier session left there, where the container's files outlive it, is nobody's any more. */
  const begin = (): Promise<unknown> => (begun ??= runInContainer(container, 'rm', ['-rf', '--', trash]));
  const script = async (verb: 'move' | 'copy', moves: readonly Move[]): Promise<MoveResult> => {
    await begin();
    const mark = `mark-${Math.random().toString(36).slice(2)}`;
    let count = 0;
    for (let at = 0; at < moves.length; at += BATCH) {
      const batch = moves.slice(at, at + BATCH);
      const places = batch.flatMap(({ from, to }) => [placeArgument(from), placeArgument(to)]);
      const args = ['-c', MOVE_SCRIPT, 'sh', mark, verb, trash, ...places];
      const { code, output } = await runInContainer(container, 'sh', args);
      const lines = output.split(/\r?\n/);
      const moved = lines.filter((line) => line === `${mark} moved`).length;
      count += moved;
      const next = batch[moved];
      if (next === undefined) continue;
      if (lines.includes(`${mark} gone`)) return { count, problem: { name: 'gone', move: next, text: GONE } };
      if (lines.includes(`${mark} exists`)) return { count, problem: { name: 'exists', move: next, text: EXISTS } };
      const said = lines.filter((line) => line !== '' && !line.startsWith(mark)).join('; ');
      const text = said === '' ? `the program ended with code ${code}` : said;
      return { count, problem: { name: 'failed', move: next, text } };
    }
    return { count };
  };

  return {
    newTrashPlace: () => `${trash}/${++places}`,
    copy: (moves) => script('copy', moves),
    // A process takes a tenth of a second that nobody should wait for after a rename.
    move: (moves) =>
      moves.some(({ from, to }) => isInTrash(from) || isInTrash(to)) ? script('move', moves) : rename(container, moves),
    measureBytes: (places) => measureBytes(container, places),
    async empty(freed) {
      for (let at = 0; at < freed.length; at += BATCH)
        await runInContainer(container, 'rm', ['-rf', '--', ...freed.slice(at, at + BATCH)]);
    },
  };
}

/**
 * Within the project, by the client's own call. rename(2) would write over a file, so that each target is looked at.
 */
async function rename(container: MovingContainer, moves: readonly Move[]): Promise<MoveResult> {
  const taken = new Map<string, Set<string>>();
  let count = 0;
  for (const move of moves) {
    const folder = parentOf(move.to);
    try {
      const names = taken.get(folder) ?? new Set((await readFolder(container, folder)).map(({ name }) => name));
      taken.set(folder, names);
      if (names.has(nameOf(move.to))) return { count, problem: { name: 'exists', move, text: EXISTS } };
      await container.fs.rename(move.from, move.to);
      taken.get(parentOf(move.from))?.delete(nameOf(move.from));
      names.add(nameOf(move.to));
    } catch (error) {
      const text = messageOf(error);
      return { count, problem: { name: isGoneError(error) ? 'gone' : 'failed', move, text } };
    }
    count++;
  }
  return { count };
}
