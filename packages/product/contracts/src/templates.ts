import * as z from 'zod';

export const template = z.strictObject({
  id: z.string(),
  title: z.string(),
  language: z.enum(['ts', 'js']),
  /** The package and version that the files come from. */
  source: z.string(),
});
export type Template = z.infer<typeof template>;

export const templateListResponse = z.strictObject({ templates: z.array(template) });
export type TemplateListResponse = z.infer<typeof templateListResponse>;
