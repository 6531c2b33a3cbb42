import { defineConfig } from 'drizzle-kit';

// `npm run generate -w @slipway/db -- --name what_changes` writes the next numbered migration.
export default defineConfig({ dialect: 'postgresql', schema: './src/schema/index.ts', out: '../../drizzle' });
