/** A language server: where its program comes from, and which files it answers for. */
export interface LanguageServer {
  readonly id: string;
  readonly title: string;
  /** The folder below the container's home that its packages are put into; servers of one set share one. */
  readonly folder: string;
  /** Packages with exact versions: what runs is what was tried. */
  readonly packages: readonly string[];
  readonly program: string;
  /** The languages by the end of a file's name, as LSP calls them. */
  readonly languages: Readonly<Record<string, string>>;
  /** Another server's packages that it needs in a project with this dependency. */
  readonly beside?: { readonly dependency: string; readonly server: string };
  /** Both are absolute paths of folders with packages: its own, and those of `beside` where they are needed. */
  initializationOptions(folder: string, beside: string | undefined): unknown;
}

/** Exact, as all packages of servers are: what runs is what was tried. */
const TYPESCRIPT = 'typescript@5.9.3';
const typescriptOf = (folder: string) => ({ typescript: { tsdk: `${folder}/node_modules/typescript/lib` } });

const EXTRACTED = {
  folder: 'vscode-langservers-extracted-4.10.0',
  packages: ['vscode-langservers-extracted@4.10.0'],
} as const;
const extractedProgram = (name: string): string => `node_modules/vscode-langservers-extracted/bin/${name}`;

/** The table of language servers; a file has the first that knows its name. */
export const LANGUAGE_SERVERS: readonly LanguageServer[] = [
  {
    id: 'typescript',
    title: 'TypeScript',
    // The last TypeScript that is written in JavaScript: version 7 is a native program, which no container runs.
    // A project with an older one of its own is answered for by that one.
    folder: 'typescript-language-server-6.0.2',
    packages: ['typescript-language-server@6.0.2', 'typescript@6.0.3'],
    program: 'node_modules/typescript-language-server/lib/cli.mjs',
    languages: {
      ts: 'typescript',
      mts: 'typescript',
      cts: 'typescript',
      tsx: 'typescriptreact',
      js: 'javascript',
      mjs: 'javascript',
      cjs: 'javascript',
      jsx: 'javascriptreact',
    },
    beside: { dependency: 'vue', server: 'vue' },
    initializationOptions: (_, vue) => ({
      // Without it a component that is imported is a module that nobody knows.
      plugins: vue === undefined ? [] : [{ name: '@vue/typescript-plugin', location: vue, languages: ['vue'] }],
      // It would run npm beside the project's own install.
      disableAutomaticTypingAcquisition: true,
      // One process of TypeScript instead of two: the second would answer sooner, and hold the project once more in
      // memory.
      tsserver: { useSyntaxServer: 'never' },
    }),
  },
  {
    ...EXTRACTED,
    id: 'css',
    title: 'CSS',
    program: extractedProgram('vscode-css-language-server'),
    languages: { css: 'css', scss: 'scss', less: 'less' },
    initializationOptions: () => ({ provideFormatter: true }),
  },
  {
    ...EXTRACTED,
    id: 'html',
    title: 'HTML',
    program: extractedProgram('vscode-html-language-server'),
    languages: { html: 'html', htm: 'html' },
    initializationOptions: () => ({
      provideFormatter: true,
      embeddedLanguages: { css: true, javascript: true },
    }),
  },
  {
    ...EXTRACTED,
    id: 'json',
    title: 'JSON',
    program: extractedProgram('vscode-json-language-server'),
    languages: { json: 'json', jsonc: 'jsonc' },
    // Schemas of other protocols would be asked for over the network, by whatever address a file names.
    initializationOptions: () => ({ provideFormatter: true, handledSchemaProtocols: ['file'] }),
  },
  {
    id: 'vue',
    title: 'Vue',
    // It answers for the script of a component by itself, where version 3 asks an editor's TypeScript; and 2.2 has a
    // dependency that npm would fetch by git.
    folder: 'vue-language-server-2.1.10',
    packages: ['@vue/language-server@2.1.10', TYPESCRIPT],
    program: 'node_modules/@vue/language-server/bin/vue-language-server.js',
    languages: { vue: 'vue' },
    initializationOptions: (folder) => ({ ...typescriptOf(folder), vue: { hybridMode: false } }),
  },
  {
    id: 'svelte',
    title: 'Svelte',
    folder: 'svelte-language-server-0.18.4',
    packages: ['svelte-language-server@0.18.4', TYPESCRIPT],
    program: 'node_modules/svelte-language-server/bin/server.js',
    languages: { svelte: 'svelte' },
    initializationOptions: () => ({ configuration: {} }),
  },
  {
    id: 'astro',
    title: 'Astro',
    folder: 'astro-language-server-2.17.1',
    packages: ['@astrojs/language-server@2.17.1', TYPESCRIPT],
    program: 'node_modules/@astrojs/language-server/bin/nodeServer.js',
    languages: { astro: 'astro' },
    initializationOptions: (folder) => typescriptOf(folder),
  },
];

/** Files that are JSON with comments whatever their end says. */
const WITH_COMMENTS = /(^|\/)(tsconfig|jsconfig)[^/]*\.json$/;

/** Which server answers for a file, and what LSP calls its language; undefined where none does. */
export function serverOf(path: string): { server: LanguageServer; languageId: string } | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const at = name.lastIndexOf('.');
  if (at === -1) return undefined;
  const end = name.slice(at + 1).toLowerCase();
  for (const server of LANGUAGE_SERVERS) {
    // Own keys alone: a file can be called `a.constructor`.
    const languageId = Object.hasOwn(server.languages, end) ? server.languages[end] : undefined;
    if (languageId !== undefined)
      return { server, languageId: languageId === 'json' && WITH_COMMENTS.test(path) ? 'jsonc' : languageId };
  }
  return undefined;
}
