/** Of what MCP servers offer to one session: what is beyond them is left out. */
export const OUTSIDE_LIMITS = {
  servers: 10,
  /** Of one server. */
  tools: 64,
  /** Of all servers together: some providers take 128, ours among them. */
  all: 100,
  /** Likewise, of all that a model is told of them. */
  allChars: 128 * 1024,
  descriptionChars: 1000,
  /** Of the JSON schema of one tool's arguments. */
  schemaChars: 16 * 1024,
} as const;

/** A tool of an MCP server, by the name under which a model calls it. */
export interface OutsideTool {
  /** `<server>__<tool>`. */
  readonly name: string;
  readonly server: string;
  readonly tool: string;
  readonly description: string;
  /** JSON schema, as the server wrote it. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

const BETWEEN = '__';
/** What every provider takes as the name of a tool. */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/** Undefined where no model could call it. */
export function outsideName(server: string, tool: string): string | undefined {
  const name = `${server}${BETWEEN}${tool}`;
  return NAME.test(name) ? name : undefined;
}

/** Whether a call is one of an MCP server's tools: ours have no such names. */
export const isOutsideName = (name: string): boolean => NAME.test(name) && name.indexOf(BETWEEN) > 0;
