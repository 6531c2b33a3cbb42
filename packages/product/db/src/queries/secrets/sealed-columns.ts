/** A column whose values are sealed (SV-23). */
export interface SealedColumn {
  table: string;
  /** What names a row, and is part of the value's place. */
  key: string;
  column: string;
}

/** Every column with sealed values: what `slipway secrets` goes through. Who adds one adds it here. */
export const sealedColumns = {
  serverSecret: { table: 'server_secrets', key: 'name', column: 'value' },
  upstreamToken: { table: 'refresh_families', key: 'id', column: 'upstream_token' },
  remoteCredential: { table: 'remotes', key: 'id', column: 'credential' },
  agentKey: { table: 'agent_providers', key: 'id', column: 'api_key' },
  buildVariable: { table: 'build_variables', key: 'id', column: 'sealed' },
} as const satisfies Record<string, SealedColumn>;

/** Sealed along with the value, so that it opens in no other row or column. */
export function placeOf({ table, column }: SealedColumn, key: string): string {
  return `${table}.${column}:${key}`;
}
