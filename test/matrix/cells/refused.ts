import type { Cell } from '../cell.ts';

/** What is a native program or drives one: it must fail, and both it and we must say why. */
export const REFUSED: readonly Cell[] = [
  {
    name: 'playwright',
    kind: 'refused',
    packages: { '@playwright/test': '^1' },
    files: {
      'page.spec.js': `import { expect, test } from '@playwright/test';
test('opens', async ({ page }) => expect(await page.title()).toBe(''));
`,
    },
    commands: ['npx playwright test'],
    refusal: { tool: "Executable doesn't exist", ours: 'starts a browser, which is a native program' },
  },
  {
    name: 'cypress',
    kind: 'refused',
    packages: { cypress: '^15' },
    files: { 'cypress.config.js': 'export default { e2e: { supportFile: false } };\n' },
    commands: ['npx cypress run'],
    refusal: { tool: 'binary is missing', ours: 'starts a browser, which is a native program' },
  },
  {
    name: 'biome',
    kind: 'refused',
    packages: { '@biomejs/biome': '^2' },
    files: { 'sum.js': 'export   const sum = 1\n' },
    commands: ['npx biome check .'],
    refusal: { tool: 'it is a program for Linux on real hardware', ours: '"prettier" and "eslint" run here' },
  },
  {
    name: 'turbo',
    kind: 'refused',
    packages: { turbo: '^2' },
    manifest: { packageManager: 'npm@11.0.0', scripts: { build: 'node -v' } },
    files: { 'turbo.json': '{ "tasks": { "build": {} } }\n' },
    commands: ['npx turbo run build'],
    refusal: { tool: 'it is a program for Linux on real hardware', ours: '"npm run --workspaces"' },
  },
  {
    name: 'next-turbopack',
    kind: 'refused',
    packages: { next: '^16', react: '^19', 'react-dom': '^19' },
    files: {
      'app/layout.jsx': `export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>;
}
`,
      'app/page.jsx': 'export default function Page() {\n  return <h1>matrix</h1>;\n}\n',
    },
    commands: ['npx next build'],
    refusal: { tool: 'Turbopack is not supported on this platform', ours: '"next build --webpack"' },
  },
];
