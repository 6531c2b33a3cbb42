import * as z from 'zod';
import { trailingSlashes } from './site-serving.ts';
import { plainText } from './text.ts';

/** Package managers that a build can install with. */
export const packageManagers = ['npm', 'pnpm', 'yarn', 'bun'] as const;

/** One of `packageManagers`. */
export type PackageManager = (typeof packageManagers)[number];

/** A folder below the project: no slash at its ends, nothing that leaves it. Empty: the project itself. */
const folder = plainText
  .trim()
  .max(500)
  .refine(
    (text) => text === '' || text.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'must be a folder below the project, such as packages/web',
  );
const command = plainText.trim().min(1).max(2000);

/** How a project is built and served (P-29). Null: as it is detected. */
export const buildSettings = z.strictObject({
  packageManager: z.enum(packageManagers).nullable(),
  root: folder.nullable(),
  install: command.nullable(),
  build: command.nullable(),
  output: folder.nullable(),
  nodeOptions: plainText.trim().min(1).max(500).nullable(),
  singlePage: z.boolean().nullable(),
  trailingSlash: z.enum(trailingSlashes).nullable(),
});
export type BuildSettings = z.infer<typeof buildSettings>;

/** Nothing set: all of it is detected. */
export const defaultBuildSettings: BuildSettings = {
  packageManager: null,
  root: null,
  install: null,
  build: null,
  output: null,
  nodeOptions: null,
  singlePage: null,
  trailingSlash: null,
};

/** What a project's files say of its build; commands as a shell takes them. */
export const detectedBuild = z.strictObject({
  /** For people, such as "Vite"; null: none that is known. */
  framework: z.string().nullable(),
  packageManager: z.enum(packageManagers),
  root: z.string(),
  /** Null: there is nothing to install, or to build. */
  install: z.string().nullable(),
  build: z.string().nullable(),
  output: z.string(),
  singlePage: z.boolean(),
});
export type DetectedBuild = z.infer<typeof detectedBuild>;
