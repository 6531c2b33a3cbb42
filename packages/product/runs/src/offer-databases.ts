import type { RunMongo } from '@slipway/contracts';
import { mongoEnvironment, NO_MONGO, type ProjectManifest } from './project-scripts.ts';

/** PostgreSQL that a container starts when somebody connects (`packages/runtime/container/src/postgres-service.ts`). */
export const POSTGRES_URL = 'postgres://postgres:postgres@localhost:5432/postgres';

/** Packages that speak to PostgreSQL and look for its address there. Query builders bring one of them. */
const POSTGRES_PACKAGES =
  /"(?:pg|postgres|pg-promise|postgres-pool|slonik|prisma|@prisma\/client|@mikro-orm\/postgresql)":/;

/** Where dotenv and Vite read: what stands there must win, and a variable that is set would win over it. */
const ENV_FILES = [
  '.env',
  '.env.local',
  '.env.development',
  '.env.development.local',
  '.env.production',
  'prisma/.env',
];

/** What a run finds in its environment of databases (RN-14), and what it says about them. */
export interface OfferedDatabases {
  readonly env: Readonly<Record<string, string>>;
  readonly said: readonly string[];
}

/** The operator's MongoDB where it answers; the tab's PostgreSQL where the project uses one and names none. */
export async function offerDatabases(
  readFile: (path: string) => Promise<string | undefined>,
  { dependencies }: ProjectManifest,
  mongo: RunMongo | null,
): Promise<OfferedDatabases> {
  const said = mongo?.answers === false ? [NO_MONGO] : [];
  const env = mongoEnvironment(mongo);
  if (!POSTGRES_PACKAGES.test(dependencies)) return { env, said };
  const files = await Promise.all(ENV_FILES.map((path) => readFile(path)));
  if (files.some((text) => /^\s*(?:export\s+)?DATABASE_URL\s*=/m.test(text ?? ''))) return { env, said };
  return {
    env: { ...env, DATABASE_URL: POSTGRES_URL },
    said: [...said, `DATABASE_URL is ${POSTGRES_URL}: PostgreSQL in this tab, started when the project connects`],
  };
}
