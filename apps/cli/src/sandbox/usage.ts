/** The reference of all its verbs, with the defaults in brackets. */
export const SANDBOX_USAGE = `usage: slipway sandbox VERB [--id ID] [OPTION...]

  create      makes one; what an earlier one of that id left is removed first
  start       boots it, with its files, and runs its command
  stop        ends it and keeps its record and its files as they were at the last checkpoint
  status      says how it is
  list        says how all of yours are
  checkpoint  keeps all its files, and whether its command runs, under --checkpoint-id
  restore     brings that back, in place of what is there
  destroy     ends it; it is listed until the server forgets it

  --id ID               what you call it: a-z, 0-9, ".", "_" and "-"
  --cpu N               cores that it may use (create; 2)
  --memory MIB          memory of all its processes (create; 2048)
  --template NAME       what its files are at first, one of the server's templates (create; none)
  --command LINE        a line of shell that runs from its start on (create; none)
  --checkpoint-id ID    which checkpoint (checkpoint, restore)
  --json                answers as JSON

A worker does it; this command asks the server at SLIPWAY_URL (http://slipway.localhost:4000) and waits. SLIPWAY_TOKEN
is an access token for "run" in all projects; on the server's own machine, without passwords, none is needed.
Exits with 1 where it could not be done.
`;
