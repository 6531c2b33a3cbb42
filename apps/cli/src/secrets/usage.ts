/** Says what each verb does with older keys, of which backups may still need one. */
export const SECRETS_USAGE = `usage: slipway secrets rotate [--drop-old]
       slipway secrets check
       slipway secrets forget
       slipway secrets key

What the server keeps sealed in the database, and the keys it is sealed with. Reads DATABASE_URL, STATE_DIR, SECRET_KEY
and SECRET_KEY_FILE as the server does; the server may be running.

  rotate       seal every value with the newest key; without SECRET_KEY and SECRET_KEY_FILE a fresh key is made first.
               Older keys stay, for servers that still run and for backups; --drop-old removes them afterwards
  check        say how many values the keys here open, and exit with 1 where there are others
  forget       remove the values that no key here opens, such as after a restore without the key
  key          print a fresh key, for SECRET_KEY
`;
