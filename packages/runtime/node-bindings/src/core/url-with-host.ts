/** The parts of a URL that tell where its host stands, as a URL object has them. */
export type HostPlace = Pick<URL, 'href' | 'protocol' | 'username' | 'password' | 'hostname'>;

/** The href with another host. By its place, since the same text may stand in the credentials before it. */
export function withHost({ href, protocol, username, password, hostname }: HostPlace, host: string): string {
  let start = protocol.length + 2;
  if (username !== '' || password !== '') start += username.length + (password === '' ? 0 : 1 + password.length) + 1;
  return href.slice(0, start) + host + href.slice(start + hostname.length);
}
