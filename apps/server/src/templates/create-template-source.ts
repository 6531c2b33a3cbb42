import type { TemplateSourceKind } from '../config/template-source-kinds.ts';
import { createViteTemplates } from './create-vite-templates.ts';
import type { TemplateSource } from './template-source.ts';

/** A source for every name; the compiler misses none. */
const sources: Readonly<Record<TemplateSourceKind, () => TemplateSource>> = {
  'create-vite': createViteTemplates,
};

/** A new one for each call: whoever keeps it keeps what it has read. */
export function createTemplateSource(kind: TemplateSourceKind): TemplateSource {
  return sources[kind]();
}
