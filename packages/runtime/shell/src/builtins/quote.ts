/**
 * A value as the shell can read it back: `export -p`, `set`, `trap`, `alias`.
 * A single quote cannot stand in single quotes, so it leaves them: `'"'"'`.
 */
export const quote = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`;
