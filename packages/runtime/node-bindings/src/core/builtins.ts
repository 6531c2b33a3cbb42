/** internalBinding('builtins'): the table of Node's own scripts. Reference: src/node_builtins.cc. */
import type { Foreign, Realm } from '../realm.ts';

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
    config: data.process.configJson,
    compileFunction: (id: string) => realm.compileBuiltin(id),
    setInternalLoaders: (internalBinding: (name: string) => Foreign, requireBuiltin: (id: string) => Foreign) =>
      realm.setInternalLoaders(internalBinding, requireBuiltin),
    hasCachedBuiltins: () => true,
    getCacheUsage: () => ({ compiledWithCache: new Set(), compiledWithoutCache: new Set(), compiledInSnapshot: [] }),
  };
}
