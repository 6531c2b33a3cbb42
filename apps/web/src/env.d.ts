declare module '*.css';

/** Made at build time by apps/web/file-icons.ts. */
declare module 'virtual:file-icons' {
  const tables: import('./shell/icon-name.ts').IconTables;
  export default tables;
}

/** The text of a file. */
declare module '*?raw' {
  const text: string;
  export default text;
}
