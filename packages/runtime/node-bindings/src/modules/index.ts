import type { BindingTable } from '../realm/binding-table.ts';
import { createContextifyBinding } from './contextify/contextify-binding.ts';
import { createModuleWrapBinding } from './module-wrap/module-wrap-binding.ts';
import { createCjsLexerBinding } from './package-json/cjs-lexer-binding.ts';
import { createModulesBinding } from './package-json/modules-binding.ts';

export { persistCompileCache, startCompileCache } from './cache/compile-cache-switch.ts';
export { installLanguageHooks } from './install-language-hooks.ts';

/** How text becomes code: CommonJS, ES modules, vm. Language hooks are installed by boot, before any of these. */
export const moduleBindings: BindingTable = {
  cjs_lexer: createCjsLexerBinding,
  contextify: createContextifyBinding,
  module_wrap: createModuleWrapBinding,
  modules: createModulesBinding,
};
