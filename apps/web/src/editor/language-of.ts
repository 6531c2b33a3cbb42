import { css } from '@codemirror/lang-css';
import { html } from '@codemirror/lang-html';
import { javascript } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import { markdown } from '@codemirror/lang-markdown';
import type { Extension } from '@codemirror/state';
import { closingTags } from './closing-tags.ts';

/** By the end of its name alone; where that says nothing the text is plain. */
export function languageOf(path: string): Extension {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  switch (extension) {
    case 'ts':
    case 'mts':
    case 'cts':
      return javascript({ typescript: true });
    case 'tsx':
      return [javascript({ typescript: true, jsx: true }), closingTags];
    case 'js':
    case 'mjs':
    case 'cjs':
    case 'jsx':
      return [javascript({ jsx: true }), closingTags];
    case 'css':
      return css();
    case 'html':
    case 'svg':
    case 'vue':
    case 'svelte':
    case 'astro':
      return [html(), closingTags];
    case 'json':
      return json();
    case 'md':
      return markdown();
    default:
      return [];
  }
}
