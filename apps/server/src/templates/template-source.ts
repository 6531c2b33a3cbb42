import type { Template } from '@slipway/contracts';

/** Chosen by TEMPLATE_SOURCE. */
export interface TemplateSource {
  /** What a person can choose from, in the order in which it is shown. */
  list(): Promise<readonly Template[]>;
  /**
   * `projectName` goes into package.json in a form that npm takes. Undefined for a template that is not in the list.
   */
  read(templateId: string, projectName: string): Promise<readonly TemplateFile[] | undefined>;
}

/** `path` is relative, with `/`; `mode` has the permission bits alone. */
export interface TemplateFile {
  path: string;
  mode: number;
  bytes: Uint8Array;
}
