import type { Cell } from '../cell.ts';

const REACT = { react: '^19', 'react-dom': '^19' };

const DOCUMENT = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>project</title></head>';

/** Frameworks for whole applications: built, and served for development. */
export const META_FRAMEWORKS: readonly Cell[] = [
  {
    name: 'next',
    kind: 'framework',
    packages: { next: '^16', ...REACT },
    files: {
      'app/layout.jsx': `export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>;
}
`,
      'app/page.jsx': 'export default function Page() {\n  return <h1>matrix</h1>;\n}\n',
    },
    commands: ['npx next build --webpack'],
    writes: { '.next/server/app/index.html': 'matrix' },
    serves: { command: 'npx next dev --webpack', port: 3000, edits: 'app/page.jsx' },
  },
  {
    name: 'nuxt',
    kind: 'framework',
    packages: { nuxt: '^4', vue: '^3', 'vue-router': '*' },
    files: { 'app/app.vue': '<template>\n  <h1>matrix</h1>\n</template>\n' },
    commands: ['npx nuxt generate'],
    writes: { '.output/public/index.html': 'matrix' },
    serves: { command: 'npx nuxt dev', port: 3000, edits: 'app/app.vue' },
  },
  {
    name: 'sveltekit',
    kind: 'framework',
    packages: {
      '@sveltejs/kit': '^3',
      '@sveltejs/adapter-static': '^4',
      '@sveltejs/vite-plugin-svelte': '^7',
      svelte: '^5',
      vite: '^8',
    },
    files: {
      'vite.config.js': `import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
export default { plugins: [sveltekit({ adapter: adapter() })] };
`,
      'src/app.html': `${DOCUMENT.replace('</head>', '%sveltekit.head%</head>')}<body><div>%sveltekit.body%</div></body></html>\n`,
      'src/routes/+layout.js': 'export const prerender = true;\n',
      'src/routes/+page.svelte': '<h1>matrix</h1>\n',
    },
    commands: ['npx vite build'],
    writes: { 'build/index.html': 'matrix' },
    serves: { command: 'npx vite dev', port: 5173, edits: 'src/routes/+page.svelte' },
  },
  {
    name: 'react-router',
    kind: 'framework',
    packages: {
      '@react-router/dev': '8.4.0',
      '@react-router/node': '8.4.0',
      'react-router': '8.4.0',
      isbot: '^5',
      vite: '^8',
      ...REACT,
    },
    files: {
      'vite.config.js': `import { reactRouter } from '@react-router/dev/vite';
export default { plugins: [reactRouter()] };
`,
      'react-router.config.js': "export default { ssr: true, prerender: ['/'] };\n",
      'app/routes.js': "import { index } from '@react-router/dev/routes';\nexport default [index('home.jsx')];\n",
      'app/home.jsx': 'export default function Home() {\n  return <h1>matrix</h1>;\n}\n',
      'app/root.jsx': `import { Links, Meta, Outlet, Scripts } from 'react-router';
export default function App() {
  return <html lang="en"><head><Meta /><Links /></head><body><Outlet /><Scripts /></body></html>;
}
`,
    },
    commands: ['npx react-router build'],
    writes: { 'build/client/index.html': 'matrix' },
    serves: { command: 'npx react-router dev', port: 5173, edits: 'app/home.jsx' },
  },
  {
    name: 'angular',
    kind: 'framework',
    packages: {
      '@angular/build': '^22',
      '@angular/cli': '^22',
      '@angular/common': '^22',
      '@angular/compiler': '^22',
      '@angular/compiler-cli': '^22',
      '@angular/core': '^22',
      '@angular/platform-browser': '^22',
      rxjs: '^7',
      tslib: '^2',
      typescript: '~6.0',
    },
    files: {
      'angular.json': JSON.stringify({
        version: 1,
        cli: { analytics: false },
        projects: {
          app: {
            projectType: 'application',
            root: '',
            sourceRoot: 'src',
            architect: {
              build: {
                builder: '@angular/build:application',
                options: { browser: 'src/main.ts', index: 'src/index.html', tsConfig: 'tsconfig.json' },
              },
              serve: { builder: '@angular/build:dev-server', options: { buildTarget: 'app:build' } },
            },
          },
        },
      }),
      'tsconfig.json': JSON.stringify({
        compilerOptions: { target: 'es2022', module: 'preserve', moduleResolution: 'bundler', strict: true },
        files: ['src/main.ts'],
      }),
      'src/index.html': `${DOCUMENT}<body><app-root></app-root></body></html>\n`,
      'src/main.ts': `import { Component } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app';
bootstrapApplication(App);
`.replace("import { Component } from '@angular/core';\n", ''),
      'src/app.ts': `import { Component } from '@angular/core';
@Component({ selector: 'app-root', template: '<h1>{{ word }}</h1>' })
export class App {
  word = 'matrix';
}
`,
    },
    commands: ['npx ng build'],
    writes: { 'dist/app/browser/index.html': 'app-root' },
    serves: { command: 'npx ng serve', port: 4200, edits: 'src/app.ts' },
  },
  {
    name: 'solidstart',
    kind: 'framework',
    packages: {
      '@solidjs/start': '^2',
      '@solidjs/router': '^0.16',
      'solid-js': '^1',
      nitro: '^3.0.0-beta',
      vite: '^8',
    },
    files: {
      'vite.config.js': `import { solidStart } from '@solidjs/start/config';
import { nitro } from 'nitro/vite';
export default { plugins: [solidStart(), nitro()] };
`,
      'src/app.jsx': 'export default function App() {\n  return <h1>matrix</h1>;\n}\n',
      'src/entry-client.jsx': `import { mount, StartClient } from '@solidjs/start/client';
mount(() => <StartClient />, document.getElementById('app'));
`,
      'src/entry-server.jsx': `import { createHandler, StartServer } from '@solidjs/start/server';
const page = ({ assets, children, scripts }) => (
  <html lang="en"><head>{assets}</head><body><div id="app">{children}</div>{scripts}</body></html>
);
export default createHandler(() => <StartServer document={page} />);
`,
    },
    commands: ['npx vite build'],
    writes: { '.output/server/index.mjs': 'server' },
    serves: { command: 'npx vite dev --port 3000', port: 3000, edits: 'src/app.jsx' },
  },
  {
    name: 'tanstack-start',
    kind: 'framework',
    packages: {
      '@tanstack/react-router': '^1',
      '@tanstack/react-start': '^1',
      '@vitejs/plugin-react': '^6',
      vite: '^8',
      ...REACT,
    },
    files: {
      'vite.config.js': `import { tanstackStart } from '@tanstack/react-start/plugin/vite';
import react from '@vitejs/plugin-react';
export default { plugins: [tanstackStart({ prerender: { enabled: true } }), react()] };
`,
      'src/router.tsx': `import { createRouter } from '@tanstack/react-router';
import { routeTree } from './routeTree.gen';
export const getRouter = () => createRouter({ routeTree });
`,
      'src/routes/__root.tsx': `import { createRootRoute, HeadContent, Outlet, Scripts } from '@tanstack/react-router';
export const Route = createRootRoute({
  component: () => (
    <html lang="en"><head><HeadContent /></head><body><Outlet /><Scripts /></body></html>
  ),
});
`,
      'src/routes/index.tsx': `import { createFileRoute } from '@tanstack/react-router';
export const Route = createFileRoute('/')({ component: Home });
function Home() {
  return <h1>matrix</h1>;
}
`,
    },
    commands: ['npx vite build'],
    writes: { 'dist/client/index.html': 'matrix' },
    serves: { command: 'npx vite dev --port 3000', port: 3000, edits: 'src/routes/index.tsx' },
  },
  {
    name: 'qwik-city',
    kind: 'framework',
    packages: { '@builder.io/qwik': '^1', '@builder.io/qwik-city': '^1', vite: '^7' },
    files: {
      'vite.config.js': `import { qwikVite } from '@builder.io/qwik/optimizer';
import { qwikCity } from '@builder.io/qwik-city/vite';
export default { plugins: [qwikCity(), qwikVite()] };
`,
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          jsx: 'react-jsx',
          jsxImportSource: '@builder.io/qwik',
          moduleResolution: 'bundler',
          module: 'esnext',
        },
      }),
      'src/root.tsx': `import { component$ } from '@builder.io/qwik';
import { QwikCityProvider, RouterOutlet } from '@builder.io/qwik-city';
export default component$(() => (
  <QwikCityProvider><head><title>project</title></head><body><RouterOutlet /></body></QwikCityProvider>
));
`,
      'src/entry.ssr.tsx': `import { renderToStream } from '@builder.io/qwik/server';
import { manifest } from '@qwik-client-manifest';
import Root from './root';
export default (options) => renderToStream(<Root />, { manifest, ...options });
`,
      'src/entry.dev.tsx': `import { render } from '@builder.io/qwik';
import Root from './root';
export default (options) => render(document, <Root />, options);
`,
      'src/routes/index.tsx': `import { component$ } from '@builder.io/qwik';
export default component$(() => <h1>matrix</h1>);
`,
    },
    commands: ['npx vite build'],
    writes: { 'dist/q-manifest.json': 'symbols' },
    serves: { command: 'npx vite --mode ssr', port: 5173, edits: 'src/routes/index.tsx' },
  },
  {
    name: 'expo',
    kind: 'framework',
    packages: {
      '@expo/metro-runtime': '^58',
      expo: '^58',
      react: '19.3.0',
      'react-dom': '19.3.0',
      'react-native': '0.88.1',
      'react-native-web': '~0.21.4',
    },
    manifest: { main: 'index.js', type: 'commonjs' },
    files: {
      'app.json': JSON.stringify({ expo: { name: 'project', slug: 'project', platforms: ['web'] } }),
      'index.js':
        "import { registerRootComponent } from 'expo';\nimport App from './App';\nregisterRootComponent(App);\n",
      'App.js':
        "import { Text } from 'react-native';\nexport default function App() {\n  return <Text>matrix</Text>;\n}\n",
    },
    commands: ['npx expo export --platform web'],
    writes: { 'dist/index.html': 'script' },
    serves: { command: 'npx expo start --web --offline', port: 8081, edits: 'App.js' },
  },
  {
    name: 'remotion',
    kind: 'framework',
    packages: { '@remotion/cli': '4.0.529', remotion: '4.0.529', react: '^19', 'react-dom': '^19' },
    files: {
      'src/index.jsx': `import { Composition, registerRoot } from 'remotion';
import { Film } from './film';
registerRoot(() => <Composition id="matrix" component={Film} durationInFrames={60} fps={30} width={320} height={180} />);
`,
      'src/film.jsx': 'export const Film = () => <h1>film</h1>;\n',
    },
    commands: ['npx remotion bundle src/index.jsx'],
    writes: { 'build/index.html': 'script' },
    serves: { command: 'npx remotion studio src/index.jsx --port 3000 --no-open', port: 3000, edits: 'src/index.jsx' },
  },
];
