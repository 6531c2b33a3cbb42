import { defineConfig } from 'drizzle-kit';

/**
 * Of drizzle-kit, which no running program needs: `npm run generate -w @slipway/db
 * -- --name what_changes` writes the next numbered migration from the schema.
 */
export default defineConfig({ dialect: 'postgresql', schema: './src/schema/index.ts', out: '../../../drizzle' });
