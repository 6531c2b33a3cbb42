/** A list of hosts with ports that may be reached, such as by programs in containers (TC-07, TC-08). */
export interface HostPolicy {
  readonly isOpen: boolean;
  /** `host` is a name or an address, as it was asked for. */
  allows(host: string, port: number): boolean;
  /** Entries without a pattern, `host:port`: the operator means that very one, so it may be private. */
  readonly named: readonly string[];
}

/** One entry: `host:port`, where the host may be `*` or `*.example.org`, and the port `*`. */
const ENTRY = /^(\*|(?:\*\.)?[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?):(\*|\d{1,5})$/;

/** Throws for an entry that has no meaning, with what it should look like. */
export function parseHostPolicy(entries: readonly string[]): HostPolicy {
  const rules = entries.map((entry) => {
    const [, host, port] = ENTRY.exec(entry.toLowerCase()) ?? [];
    if (host === undefined || port === undefined || Number(port) > 65_535 || Number(port) === 0)
      throw new Error(`Cannot read "${entry}": it is no host with a port, as "db.example.org:5432" or "*:443"`);
    return { host, port: port === '*' ? undefined : Number(port) };
  });
  return {
    isOpen: rules.length > 0,
    allows: (host, port) =>
      rules.some((rule) => (rule.port === undefined || rule.port === port) && matches(rule.host, host.toLowerCase())),
    named: rules.flatMap(({ host, port }) => (host.includes('*') || port === undefined ? [] : [`${host}:${port}`])),
  };
}

/** A pattern stands for names below it, not for itself, as in a certificate; it spans any number of labels. */
function matches(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}
