import { type Manifest, MANIFEST_LIMITS } from './manifest.ts';
import type { Question } from '../session/session-events.ts';
import { isOutsideName } from '../tools/outside-tools.ts';
import { checkPath, isGuarded } from '../paths/scope.ts';

/**
 * What holds for a session once a person has said "always" to a question: the command, whole, or changes of files. What
 * is asked about whatever the permission says (guarded files, secrets) is asked again all the same.
 */
export function allowAlways(manifest: Manifest, { tool, arguments: text }: Question): Manifest {
  const input = parse(text);
  if (isOutsideName(tool)) {
    const known = manifest.allowedTools ?? [];
    if (known.includes(tool) || known.length >= MANIFEST_LIMITS.allowed) return manifest;
    return { ...manifest, allowedTools: [...known, tool] };
  }
  const allowed = tool === 'Run' ? input['command'] : undefined;
  if (typeof allowed === 'string') {
    const command = allowed.trim();
    const known = manifest.allowed ?? [];
    if (known.includes(command) || known.length >= MANIFEST_LIMITS.allowed) return manifest;
    return { ...manifest, allowed: [...known, command] };
  }
  if ((tool === 'Write' || tool === 'Edit') && manifest.permission === 'ask' && typeof input['path'] === 'string') {
    const checked = checkPath(manifest.scope, input['path']);
    return checked.ok && !isGuarded(checked.path) ? { ...manifest, permission: 'edit' } : manifest;
  }
  return manifest;
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
