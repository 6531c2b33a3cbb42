/** The names that TEMPLATE_SOURCE can have; `templates/create-template-source.ts` has a source for each. */
export const templateSourceKinds = ['create-vite'] as const;

/** What TEMPLATE_SOURCE can be. */
export type TemplateSourceKind = (typeof templateSourceKinds)[number];
