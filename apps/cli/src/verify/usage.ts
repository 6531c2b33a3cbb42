/** Says what is proven, and by which exit code. */
export const VERIFY_USAGE = `usage: slipway verify URL [--builder ORIGIN] [--rebuild [--env NAME=VALUE]...] [--json]

Proves from here that a published site is what its server has built: fetches its attestation, checks the signature with
the keys that the server publishes, then fetches every file that it names and compares the digests.

  --builder ORIGIN   the server that must have built it, such as https://slipway.example.org; without it, whichever
                     the site names, which is printed
  --rebuild          also builds the save that the site was built from, in a container in headless Chromium on this
                     machine, and compares path, SHA-256 and mode of every file. The save is fetched from the builder,
                     which must be the one of --builder or SLIPWAY_URL, as whoever SLIPWAY_TOKEN says. The build's
                     output goes to stderr
  --env NAME=VALUE   a variable of the build, such as a secret, which the server tells nobody (may be repeated)
  --json             answers as JSON

Exits with 0 where all of it holds, and with 1 where something differs, is not signed, was not verified yet, or cannot
be built here.
`;
