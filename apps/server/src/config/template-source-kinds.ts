/** The names that TEMPLATE_SOURCE can have; `templates/create-template-source.ts` has a source for each. */
export const templateSourceKinds = ['create-vite'] as const;

/** Name of a source of templates, as the operator writes it. */
export type TemplateSourceKind = (typeof templateSourceKinds)[number];
