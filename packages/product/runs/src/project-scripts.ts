import { RUN_PORT, type RunMongo } from '@slipway/contracts';

/** From a text that may hold anything (`parseManifest`). */
export interface ProjectManifest {
  /** In the order of the file. */
  readonly scripts: ReadonlyMap<string, string>;
  /** Everything that decides what npm installs, as one text to compare. */
  readonly dependencies: string;
  /** Whether an install would do anything at all. */
  readonly installs: boolean;
  /** The name in `packageManager`, whatever it is. */
  readonly packageManager: string | undefined;
}

/** Scripts that a preview tries, in this order (RN-06). */
export const PREVIEW_SCRIPTS = ['start', 'preview', 'dev', 'server'] as const;

/** More scripts than anybody writes by hand; each becomes a button. */
const SCRIPT_LIMIT = 100;

const DEPENDENCY_FIELDS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'overrides',
  'workspaces',
] as const;

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare'] as const;

/** The manifest, or undefined where the text is none. */
export function parseManifest(text: string): ProjectManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!isRecord(value)) return undefined;
  const named = isRecord(value['scripts']) ? Object.entries(value['scripts']) : [];
  const scripts = new Map(
    named
      .flatMap(([name, script]): [string, string][] => (typeof script === 'string' ? [[name, script]] : []))
      .slice(0, SCRIPT_LIMIT),
  );
  const fields = DEPENDENCY_FIELDS.map((field) => value[field] ?? null);
  return {
    scripts,
    dependencies: JSON.stringify(fields),
    packageManager: /^([a-z]+)@/.exec(String(value['packageManager'] ?? ''))?.[1],
    installs: fields.some(isFilled) || INSTALL_SCRIPTS.some((name) => scripts.has(name)),
  };
}

/** Which script a preview runs; undefined where there is none of them (RN-06). */
export function previewScript(scripts: ReadonlyMap<string, string>): string | undefined {
  return PREVIEW_SCRIPTS.find((name) => scripts.has(name));
}

/** What every run of a project is told (RN-07). BASE_PATH is always the root: a preview has a host of its own. */
export const RUN_ENVIRONMENT: Readonly<Record<string, string>> = {
  PORT: String(RUN_PORT),
  HOST: '0.0.0.0',
  BASE_PATH: '/',
  // There is no terminal behind these pipes, and the panel shows colours.
  FORCE_COLOR: '1',
};

/** Where a run finds the operator's MongoDB, by the two names that are in use (RN-14); nothing where none answers. */
export function mongoEnvironment(mongo: RunMongo | null): Readonly<Record<string, string>> {
  return mongo?.answers === true ? { MONGO_URL: mongo.url, MONGODB_URI: mongo.url } : {};
}

/** What a run says that begins without it. */
export const NO_MONGO = 'MONGO_URL is not set: the server\u2019s MongoDB (RUN_MONGO_TARGET) does not answer';

/**
 * Arguments behind the script's own (RN-07). Vite and programs of the project's own take them, or pass
 * them over; other tools refuse an option that they do not know, and end. Those have the variables, and
 * `explainPort` says what to write where these do not help.
 */
export function serverArguments(script: string): readonly string[] {
  const tool = serverTool(script);
  return tool === 'vite' || tool === 'program'
    ? ['--host', '0.0.0.0', '--port', String(RUN_PORT), '--strictPort', '--base', '/']
    : [];
}

/** What the last command of a script is: Vite, a program run by Node, a tool by its name, or undefined. */
export function serverTool(script: string): string | undefined {
  const last =
    script
      .split(/&&|\|\||;/)
      .at(-1)
      ?.trim() ?? '';
  // Arguments would go to the last part of a pipe, or behind a command in the background.
  if (/[|&<>()`]/.test(last)) return undefined;
  const words = last.split(/\s+/).filter((word) => !/^[A-Za-z_]\w*=/.test(word));
  while (words[0] !== undefined && ['cross-env', 'npx', 'env', 'exec'].includes(words[0])) words.shift();
  const name = words[0]
    ?.split('/')
    .at(-1)
    ?.replace(/\.(c|m)?js$/, '');
  if (name === undefined || name === '') return undefined;
  if (name === 'vite') return ['build', 'optimize'].includes(words[1] ?? '') ? undefined : 'vite';
  return ['node', 'tsx', 'nodemon', 'ts-node', 'bun', 'deno'].includes(name) ? 'program' : name;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isRecord(value) && Object.keys(value).length > 0;
}
