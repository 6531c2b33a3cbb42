import { isGuarded, isSecret } from '../paths/scope.ts';
import type { CheckedCall } from './tool-call.ts';

/** What is done without asking, from the least (design, 6). */
export const permissions = ['ask', 'edit', 'full'] as const;
export type Permission = (typeof permissions)[number];

/** `permissions` begins with the one that allows least, so the smaller index wins. */
export function narrowerPermission(one: Permission, other: Permission): Permission {
  return permissions[Math.min(permissions.indexOf(one), permissions.indexOf(other))]!;
}

/** Whether a call may be made, or a person has to be asked. */
export type Allowance = { readonly outcome: 'allowed' } | { readonly outcome: 'ask'; readonly why: string };

const ask = (why: string): Allowance => ({ outcome: 'ask', why });
const ALLOWED: Allowance = { outcome: 'allowed' };

/**
 * Enforced outside of the model. `allowedCommands` are those that a person has allowed for the project, whole: nothing
 * of a shell's grammar is understood here, so a command that begins as an allowed one is another one.
 */
export function allowanceOf(permission: Permission, call: CheckedCall, allowedCommands: readonly string[]): Allowance {
  switch (call.effect) {
    case 'read':
      return call.path !== undefined && isSecret(call.path) ? ask(`"${call.path}" may hold secrets`) : ALLOWED;
    case 'edit':
      if (isGuarded(call.path)) return ask(`"${call.path}" says what programs and agents do in this project`);
      return permission === 'ask' ? ask(`it changes "${call.path}"`) : ALLOWED;
    case 'command':
      if (permission === 'full' || allowedCommands.includes(call.command.trim())) return ALLOWED;
      return ask('it runs a command');
    case 'checkpoint':
      return ALLOWED;
  }
}
