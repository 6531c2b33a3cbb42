/** A value as the shell can read it back: `export -p`, `set`, `trap`, `alias`. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`;
