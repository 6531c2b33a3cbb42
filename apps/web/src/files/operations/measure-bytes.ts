import type { WebContainer } from '@webcontainer/api';
import { isInTrash, type Place } from './operation-history.ts';
import { runInContainer } from './run-in-container.ts';

/** Places of one process: far from what execve(2) takes of arguments. */
const BATCH = 200;

/** What the files at `places` hold together, folders with all that is in them. What is not there holds nothing. */
export async function measureBytes(container: Pick<WebContainer, 'spawn'>, places: readonly Place[]): Promise<number> {
  let bytes = 0;
  for (let at = 0; at < places.length; at += BATCH) {
    const batch = places.slice(at, at + BATCH).map(placeArgument);
    const { output } = await runInContainer(container, 'du', ['-sbc', '--', ...batch]);
    // The last line is the total, whatever names the others hold.
    bytes += Number.parseInt(output.trimEnd().split('\n').at(-1) ?? '0', 10) || 0;
  }
  return bytes;
}

/** A place as a program takes it: a name that begins with a dash is no option, and programs start in the project. */
export function placeArgument(place: Place): string {
  return isInTrash(place) ? place : `./${place}`;
}
