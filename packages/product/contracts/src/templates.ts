import * as z from 'zod';

/** `source` tells package and version, since templates change with them. */
export const template = z.strictObject({
  id: z.string(),
  title: z.string(),
  language: z.enum(['ts', 'js']),
  source: z.string(),
});
/** `id` goes into `createProjectBody`; its files are never sent with it. */
export type Template = z.infer<typeof template>;

/** GET /api/v1/templates. */
export const templateListResponse = z.strictObject({ templates: z.array(template) });
/** They come with the server's own packages: nothing is fetched for the answer. */
export type TemplateListResponse = z.infer<typeof templateListResponse>;
