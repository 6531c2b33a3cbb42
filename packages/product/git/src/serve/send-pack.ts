import { GitError } from '../objects/git-error.ts';
import { writePack } from '../packs/pack-writer.ts';
import { BANDS, encodeBand, FLUSH } from '../wire/pkt-line.ts';
import type { FetchRepository } from './repository.ts';
import type { Selection } from './select-objects.ts';

/** The pack of a selection in side bands. What goes wrong now is said in the third, because the answer has begun. */
export async function* sendPack(
  repository: FetchRepository,
  { oids, usable }: Selection,
  { ofsDelta, progress }: { ofsDelta: boolean; progress: boolean },
): AsyncGenerator<Uint8Array> {
  if (progress) yield encodeBand(BANDS.progress, Buffer.from(`Sending ${oids.length} objects\n`));
  try {
    for await (const piece of writePack(oids.length, repository.pack(oids, usable), { ofsDelta }))
      yield encodeBand(BANDS.data, piece);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    yield encodeBand(BANDS.error, Buffer.from(`${error.message}\n`));
  }
  yield FLUSH;
}
