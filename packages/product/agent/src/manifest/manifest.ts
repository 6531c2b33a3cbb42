import { plainText, secretText } from '@slipway/contracts';
import { parse } from 'smol-toml';
import * as z from 'zod';
import { narrowerBounds, runBounds } from './bounds.ts';
import { scopePatterns } from '../paths/scope-patterns.ts';
import type { Scope } from '../paths/scope.ts';
import { OUTSIDE_LIMITS } from '../tools/outside-tools.ts';
import { narrowerPermission, permissions, type Permission } from '../tools/permission.ts';
import type { RunBounds } from './bounds.ts';

/** The file of a project that says how its agent works (design, 9). */
export const MANIFEST_FILE = 'slipway.agent.toml';

/** Characters of the file, and of what it tells the model; commands that a session may have allowed. */
export const MANIFEST_LIMITS = { chars: 64 * 1024, instructions: 16 * 1024, allowed: 200 } as const;

/** By name. */
export const mcpServerNames = z.array(plainText.min(1).max(50)).max(OUTSIDE_LIMITS.servers);

const manifestFile = z.strictObject({
  name: plainText.max(100).optional(),
  model: plainText.max(200).optional(),
  scope: scopePatterns.optional(),
  permission: z.enum(permissions).optional(),
  mcp: mcpServerNames.optional(),
  bounds: z
    .strictObject({
      turns: runBounds.shape.turns,
      tokens: runBounds.shape.tokens,
      costMicros: z.int().min(1).max(1_000_000_000),
      wallMs: runBounds.shape.wallMs,
    })
    .partial()
    .optional(),
  instructions: secretText.max(MANIFEST_LIMITS.instructions).optional(),
});
/** What is absent leaves the person's own setting; nothing in it widens that. */
export type ManifestFile = z.infer<typeof manifestFile>;

/** What holds for a session: the person's settings, narrowed by what the project asks for. */
export const manifest = z.strictObject({
  name: plainText.max(100),
  /** The provider's name and the model's, as the operator or the person has them. */
  provider: plainText.min(1).max(100),
  model: plainText.min(1).max(200),
  scope: z.array(scopePatterns).max(2),
  permission: z.enum(permissions),
  bounds: runBounds,
  instructions: secretText.max(MANIFEST_LIMITS.instructions),
  /** MCP servers whose tools it has. */
  mcp: mcpServerNames.optional(),
  /** Commands that the person allowed for the session, whole. */
  allowed: z.array(z.string().max(8000)).max(MANIFEST_LIMITS.allowed).optional(),
  /** Tools of MCP servers that the person allowed, for this session alone: a name may be another server's later. */
  allowedTools: z.array(z.string().max(64)).max(MANIFEST_LIMITS.allowed).optional(),
});
export type Manifest = Omit<z.infer<typeof manifest>, 'scope' | 'bounds' | 'permission'> & {
  readonly scope: Scope;
  readonly bounds: RunBounds;
  readonly permission: Permission;
};

/** What a file's text means, or why it means nothing. */
export type ParsedManifest =
  | { readonly outcome: 'parsed'; readonly file: ManifestFile }
  | { readonly outcome: 'invalid'; readonly why: string };

/** A refusal names the file, since a person has to mend it. */
export function parseManifest(text: string): ParsedManifest {
  const invalid = (why: string): ParsedManifest => ({
    outcome: 'invalid',
    why: `Cannot read "${MANIFEST_FILE}": ${why}`,
  });
  if (text.length > MANIFEST_LIMITS.chars) return invalid(`it has more than ${MANIFEST_LIMITS.chars} characters`);
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return invalid(error instanceof Error ? (error.message.split('\n')[0] ?? 'it is no TOML') : 'it is no TOML');
  }
  const parsed = manifestFile.safeParse(value);
  if (parsed.success) return { outcome: 'parsed', file: parsed.data };
  const [issue] = parsed.error.issues;
  return invalid(`"${issue?.path.join('.') ?? ''}" ${issue?.message ?? 'has no meaning'}`);
}

/**
 * The settings with what the project's file takes away (design, 9). It is project content, which anybody may have
 * written: it gives no file, no permission and no bound that the person did not give, and chooses no provider.
 */
export function narrowManifest(settings: Manifest, file: ManifestFile): Manifest {
  return {
    ...settings,
    name: file.name ?? settings.name,
    scope: settings.scope.length === 0 || file.scope === undefined ? settings.scope : [...settings.scope, file.scope],
    permission: narrowerPermission(settings.permission, file.permission ?? settings.permission),
    bounds: narrowerBounds(settings.bounds, file.bounds ?? {}),
    instructions: file.instructions ?? settings.instructions,
    ...(settings.mcp === undefined ? {} : { mcp: settings.mcp.filter((name) => file.mcp?.includes(name) ?? true) }),
  };
}
