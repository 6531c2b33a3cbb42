/** Says what has to run before `move`, which changes where all files are. */
export const BLOBS_USAGE = `usage: slipway blobs count
       slipway blobs check
       slipway blobs move --to s3|postgres

Where the bytes of files are: how many each store has; whether every one is whole, by reading all of them; and moving
all of them to the other store, while servers and workers run. Reads DATABASE_URL, STATE_DIR and S3_… as the server
does.

Before "move", start servers and workers with the settings S3_… and with BLOB_STORE as the store to move to. Killed or
stopped at any moment, "move" loses nothing: run it again, and it goes on.
`;
