/** The help of the verb. */
export const VERIFY_USAGE = `usage: slipway verify URL [--builder ORIGIN] [--json]

Proves from here that a published site is what its server has built: fetches its attestation, checks the signature with
the keys that the server publishes, then fetches every file that it names and compares the digests.

  --builder ORIGIN   the server that must have built it, such as https://slipway.example.org; without it, whichever
                     the site names, which is printed
  --json             answers as JSON

Exits with 0 where all of it holds, and with 1 where something differs, is not signed, or was not verified yet.
`;
