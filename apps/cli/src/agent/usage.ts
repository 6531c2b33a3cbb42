/** Says that 3 is the exit code of a question, on which scripts depend. */
export const AGENT_USAGE = `usage: slipway agent run "WHAT TO DO" --project ID --provider NAME --model ID [options]

Begins a session of the coding agent, runs it, and prints what happens until the run ends. A tab that
has the project open does what the agent asks for; without one a worker's sandbox does, where the server has workers.

  --session ID        goes on with a session; provider, model and what it may do are the session's
  --scope PATTERN     files that it may touch, such as "src/**"; may be given more than once. Without it: none
  --permission MODE   ask, edit or full: what is done without asking. Default: edit
  --json              prints every event as a line of JSON

SLIPWAY_URL is the address of the server, SLIPWAY_TOKEN an access token with "run" and "read" for the project; on the
machine itself neither is needed. A question ends the command with 3: answer it over the API, then go on. Exits with
0 when the run finished, else with 1; the end of the command cancels nothing.
`;
