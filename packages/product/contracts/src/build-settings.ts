import * as z from 'zod';
import { trailingSlashes } from './site-serving.ts';
import { plainText } from './text.ts';

/** Spelled as package.json's `packageManager` spells them. */
export const packageManagers = ['npm', 'pnpm', 'yarn', 'bun'] as const;

/** Stored with projects: one that is taken away breaks those that have it. */
export type PackageManager = (typeof packageManagers)[number];

/**
 * How a version becomes public (P-33). `keep`: the tab's build at once, and it stays whatever the check finds.
 * `hold`: its link at once, the project's addresses when it is verified. `rollback`: at once, and back to what was
 * shown before where the check fails or finds another build. `server`: built on the server alone.
 */
export const publishings = ['keep', 'hold', 'rollback', 'server'] as const;

/**
 * Of a tab's build: shown at once, once it is verified, or at once and taken back if it differs; or built on
 * the server.
 */
export type Publishing = (typeof publishings)[number];

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
  /** Absent in what was stored before there was a choice. */
  publishing: z.enum(publishings).nullable().default(null),
});
/** As stored and as sent whole: a field that is left out is refused, null puts it back to what is detected. */
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
  publishing: null,
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
/** What counts where a setting is null. Read from the files alone: no program of the project is run for it. */
export type DetectedBuild = z.infer<typeof detectedBuild>;
