import { type DbOrTx, getOrCreateSecret, placeOf, replaceSealedValue, sealedColumns } from '@slipway/db';
import { isSealed, type SecretBox } from '@slipway/secrets';

/**
 * A secret that all servers of a database share; the first one to ask makes it. It is sealed at rest (SV-23); one that
 * an earlier version stored in clear is sealed now, and stays what it was, so that nobody is signed out.
 */
export async function getServerSecret(
  db: DbOrTx,
  box: SecretBox,
  name: string,
  makeSecret: () => string,
): Promise<string> {
  const place = placeOf(sealedColumns.serverSecret, name);
  for (;;) {
    const stored = await getOrCreateSecret(db, name, box.seal(makeSecret(), place));
    if (isSealed(stored)) return box.open(stored, place);
    const row = { key: name, was: stored, becomes: box.seal(stored, place) };
    const { outcome } = await replaceSealedValue(db, sealedColumns.serverSecret, row);
    if (outcome === 'replaced') return stored;
  }
}
