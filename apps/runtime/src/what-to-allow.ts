/** For people whose browser gives our frames no storage: the setting that changes it. */
export function whatToAllow(host: string): string {
  const where = `Allow third-party cookies and site data for "${host}" in the browser's settings`;
  return `${where}, or embed the runtime from a page of the same site`;
}
