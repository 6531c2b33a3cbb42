import { type ApiClient, openApi } from '../api/api-client.ts';
import { exitCodes, type Output } from '../verb/verb.ts';
import { type AgentArguments, parseArguments } from './parse-arguments.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A person is asked: no failure, and no end. */
const ASKED = 3;
const LOOK_MS = 300;

/** An event of the log, as far as this command reads it. */
interface Told {
  readonly seq: number;
  readonly event: {
    readonly type: string;
    readonly runId: string;
    readonly text?: string;
    readonly name?: string;
    readonly arguments?: string;
    readonly message?: string;
    readonly result?: string;
    readonly ok?: boolean;
    readonly question?: { readonly tool: string; readonly arguments: string; readonly why: string };
  };
}

/** Throws for a command line that makes no sense; a question of the agent ends it with 3. */
export async function runAgent(argv: readonly string[], env: Environment, { stdout, stderr }: Output): Promise<number> {
  const asked = parseArguments(argv);
  const { call } = await openApi(env);
  const sessions = `/api/v1/projects/${asked.project}/agent/sessions`;
  const id = asked.session ?? (await createSession(call, sessions, asked));
  const path = `${sessions}/${id}`;
  const { session } = (await call('GET', path)) as { session: { lastSeq: number } };
  const { runId } = (await call('POST', `${path}/methods`, { type: 'Run', input: asked.input })) as { runId: string };
  if (!asked.json) stderr.write(`session ${id}\n`);
  for (let after = session.lastSeq; ;) {
    const page = (await call('GET', `${path}/events?after=${after}`)) as { events: Told[] };
    for (const told of page.events) {
      after = told.seq;
      if (told.event.runId !== runId) continue;
      if (asked.json) stdout.write(`${JSON.stringify(told)}\n`);
      else stdout.write(describe(told.event));
      const code = endOf(told.event);
      if (code !== undefined) return code;
    }
    if (page.events.length === 0) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/**
 * What was not said on the command line is left out: the server's defaults hold, not ours. The title is of
 * the words, cut to 60 characters.
 */
async function createSession(call: ApiClient['call'], sessions: string, asked: AgentArguments): Promise<string> {
  const { provider, model, scope, permission, input } = asked;
  const made = (await call('POST', sessions, {
    title: input.replace(/\s+/g, ' ').trim().slice(0, 60) || 'From the command line',
    provider,
    model,
    ...(scope.length === 0 ? {} : { scope }),
    ...(permission === undefined ? {} : { permission }),
  })) as { session: { id: string } };
  return made.session.id;
}

/** The exit code with which an event ends the command; undefined where the run goes on. */
function endOf({ type, result }: Told['event']): number | undefined {
  if (type === 'Question') return ASKED;
  if (type === 'Error') return exitCodes.failure;
  if (type !== 'RunEnd') return undefined;
  return result === 'Finished' ? exitCodes.ok : exitCodes.failure;
}

/** What people read; pieces of texts come whole a moment later. */
function describe(event: Told['event']): string {
  switch (event.type) {
    case 'TextDone':
      return `${event.text}\n`;
    case 'ToolCallDone':
      return `> ${event.name} ${event.arguments?.slice(0, 300)}\n`;
    case 'ToolResult':
      return event.ok ? '' : `  ${event.text?.slice(0, 300)}\n`;
    case 'Question':
      return `? ${event.question?.tool} ${event.question?.arguments.slice(0, 300)}: ${event.question?.why}\n`;
    case 'Error':
      return `! ${event.message}\n`;
    case 'RunEnd':
      return `${event.result}\n`;
    default:
      return '';
  }
}
