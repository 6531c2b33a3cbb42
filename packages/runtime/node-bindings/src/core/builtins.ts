import type { Foreign, Realm } from '../realm/realm.ts';

/** internalBinding('builtins'): the table of Node's own scripts. Reference: src/node_builtins.cc. */
export function createBuiltinsBinding(realm: Realm): Foreign {
  const { data } = realm;
  return {
    // process.binding('natives'): sources by id. Ours are minified and of no use to a program.
    natives: {},
    builtinIds: [...data.builtinIds],
    builtinCategories: {
      cannotBeRequired: [...data.builtinCategories.cannotBeRequired],
      canBeRequired: [...data.builtinCategories.canBeRequired],
    },
    // The text of config.gypi as the pinned build had it: process.config is parsed from it.
    config: data.process.configJson,
    compileFunction: (id: string) => realm.compileBuiltin(id),
    setInternalLoaders: (internalBinding: (name: string) => Foreign, requireBuiltin: (id: string) => Foreign) =>
      realm.setInternalLoaders(internalBinding, requireBuiltin),
    // lib's text comes compiled in the worker's script: as good as a code cache, and nobody has to make one.
    hasCachedBuiltins: () => true,
    getCacheUsage: () => ({ compiledWithCache: new Set(), compiledWithoutCache: new Set(), compiledInSnapshot: [] }),
  };
}
