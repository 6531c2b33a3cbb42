/** The package brings no types; this much of it is used. */
declare module 'js-yaml' {
  export function loadAll(text: string): unknown[];
}
