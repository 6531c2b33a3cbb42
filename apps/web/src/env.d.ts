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

/** The text of a program for the container, with all that it imports: apps/web/container-program.ts. */
declare module '*?program' {
  const text: string;
  export default text;
}
