import { initSync, parse } from 'cjs-module-lexer';
import type { Foreign } from '../../realm/realm.ts';

/** internalBinding('cjs_lexer'): names that a CommonJS text seems to export. Reference: src/node_cjs_lexer.cc. */
export function createCjsLexerBinding(): Foreign {
  // The lexer is WebAssembly, compiled with the first CommonJS module that is imported.
  let isReady = false;
  return {
    parse(source: string): [exports: Set<string>, reexports: string[]] {
      if (!isReady) {
        initSync();
        isReady = true;
      }
      try {
        const { exports, reexports } = parse(source);
        return [new Set(exports), reexports];
      } catch {
        // A text it cannot read exports nothing that is known; the compiler will say what is wrong with it.
        return [new Set(), []];
      }
    },
  };
}
