import type { BindingTable } from '../registry.ts';
import { createContextifyBinding } from './contextify/contextify-binding.ts';
import { createModuleWrapBinding } from './module-wrap/module-wrap-binding.ts';
import { createCjsLexerBinding } from './package-json/cjs-lexer-binding.ts';
import { createModulesBinding } from './package-json/modules-binding.ts';

export { startCompileCache } from './cache/compile-cache-switch.ts';
export { installLanguageHooks } from './language-hooks.ts';

export const moduleBindings: BindingTable = {
  cjs_lexer: createCjsLexerBinding,
  contextify: createContextifyBinding,
  module_wrap: createModuleWrapBinding,
  modules: createModulesBinding,
};
