import { readFileSync } from 'node:fs';
import { ownKeyFile, readOwnKeys } from './key-file.ts';
import type { KeySource } from './secret-box.ts';
import { parseKeys, type SecretKey } from './secret-keys.ts';

/** Where keys may come from: the operator's settings. */
export interface SecretSettings {
  SECRET_KEY?: string | undefined;
  SECRET_KEY_FILE?: string | undefined;
  STATE_DIR: string;
}

/**
 * The keys of SECRET_KEY, else of the file SECRET_KEY_FILE, else of a file in STATE_DIR that is made when it is
 * missing. Files are read again for each sealing and for an unknown key, so that a rotation needs no restart. Throws
 * where there is no usable key.
 */
export function loadSecretKeys(settings: SecretSettings): KeySource {
  const { SECRET_KEY, SECRET_KEY_FILE, STATE_DIR } = settings;
  const read = (): SecretKey[] => {
    if (SECRET_KEY !== undefined) return parseKeys(SECRET_KEY, 'SECRET_KEY');
    if (SECRET_KEY_FILE !== undefined)
      return parseKeys(readFileSync(SECRET_KEY_FILE, 'utf8'), `SECRET_KEY_FILE "${SECRET_KEY_FILE}"`);
    return readOwnKeys(ownKeyFile(STATE_DIR));
  };
  let keys = read();
  return { current: () => keys, reload: () => (keys = read()) };
}
