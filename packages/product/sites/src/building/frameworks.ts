/** How projects of one framework are built, where their settings do not say otherwise (P-29). */
export interface Framework {
  name: string;
  /** Any of these among the dependencies tells it. */
  packages: readonly string[];
  /** Where its build writes; `name` is the package's own. */
  output: string | ((manifest: { name: string; scripts: Readonly<Record<string, string>> }) => string);
  /** Whether addresses that name no file are the first page's to route. */
  singlePage: boolean;
  /** Scripts that make a static site, best first; "build" where none of them is there. */
  scripts?: readonly string[];
  /** What to do where there is no such script. */
  command?: string;
}

/** From the most particular to the most general: Nuxt brings Vite, and not the other way round. */
export const frameworks: readonly Framework[] = [
  { name: 'Nuxt', packages: ['nuxt', 'nuxt3'], output: '.output/public', singlePage: false, scripts: ['generate'] },
  { name: 'Next.js', packages: ['next'], output: 'out', singlePage: false },
  { name: 'Astro', packages: ['astro'], output: 'dist', singlePage: false },
  { name: 'SvelteKit', packages: ['@sveltejs/kit'], output: 'build', singlePage: false },
  { name: 'SolidStart', packages: ['@solidjs/start'], output: '.output/public', singlePage: false },
  { name: 'React Router', packages: ['@react-router/dev'], output: 'build/client', singlePage: true },
  { name: 'Remix', packages: ['@remix-run/dev'], output: 'build/client', singlePage: true },
  {
    name: 'VitePress',
    packages: ['vitepress'],
    output: ({ scripts }) => {
      const folder = Object.values(scripts)
        .map((script) => /\bvitepress build\s+([\w./-]+)/.exec(script)?.[1])
        .find((found) => found !== undefined && !found.startsWith('-'));
      return `${folder === undefined || folder === '.' ? '' : `${folder.replace(/^\.\/|\/$/g, '')}/`}.vitepress/dist`;
    },
    singlePage: false,
    scripts: ['docs:build', 'build'],
  },
  { name: 'Docusaurus', packages: ['@docusaurus/core'], output: 'build', singlePage: false },
  { name: 'Gatsby', packages: ['gatsby'], output: 'public', singlePage: false },
  { name: 'Eleventy', packages: ['@11ty/eleventy'], output: '_site', singlePage: false, command: 'npx eleventy' },
  {
    name: 'Angular',
    packages: ['@angular/cli', '@angular/build'],
    output: ({ name }) => `dist/${name}/browser`,
    singlePage: true,
  },
  { name: 'Create React App', packages: ['react-scripts'], output: 'build', singlePage: true },
  { name: 'Vue CLI', packages: ['@vue/cli-service'], output: 'dist', singlePage: true },
  { name: 'Rsbuild', packages: ['@rsbuild/core'], output: 'dist', singlePage: true },
  { name: 'Parcel', packages: ['parcel'], output: 'dist', singlePage: true },
  { name: 'Hexo', packages: ['hexo'], output: 'public', singlePage: false },
  { name: 'Vite', packages: ['vite', 'rolldown-vite'], output: 'dist', singlePage: true, command: 'npx vite build' },
  { name: 'webpack', packages: ['webpack'], output: 'dist', singlePage: true },
];
