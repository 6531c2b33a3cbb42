import type { InstallLanguageHooks } from '../boot/language-hooks.ts';
import type { BindingTable } from '../registry.ts';

export const moduleBindings: BindingTable = {};

/** Placeholder until `src/modules` has its own: nothing is patched. */
export const installLanguageHooks: InstallLanguageHooks = () => undefined;
