import type { Template } from '@slipway/contracts';

/** Where the templates of new projects come from. */
export interface TemplateSource {
  /** What a person can choose from, in the order in which it is shown. */
  list(): Promise<readonly Template[]>;
  /** The files of a new project of this name; undefined for a template that is not in the list. */
  read(templateId: string, projectName: string): Promise<readonly TemplateFile[] | undefined>;
}

/** One file of a new project. */
export interface TemplateFile {
  path: string;
  mode: number;
  bytes: Uint8Array;
}
