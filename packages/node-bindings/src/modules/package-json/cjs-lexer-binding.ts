/** internalBinding('cjs_lexer'): names that a CommonJS text seems to export. Reference: src/node_cjs_lexer.cc. */
import { initSync, parse } from 'cjs-module-lexer';
import type { Foreign } from '../../realm.ts';

export function createCjsLexerBinding(): Foreign {
  let isReady = false;
  return {
    parse(source: string): [exports: Set<string>, reexports: string[]] {
      if (!isReady) {
        initSync();
        isReady = true;
      }
      const { exports, reexports } = parse(source);
      return [new Set(exports), reexports];
    },
  };
}
