/** RFC 7541, Appendix A. Index 1 is the first entry; `name: value`, the value empty where there is none. */
const ENTRIES = [
  ':authority',
  ':method GET',
  ':method POST',
  ':path /',
  ':path /index.html',
  ':scheme http',
  ':scheme https',
  ':status 200',
  ':status 204',
  ':status 206',
  ':status 304',
  ':status 400',
  ':status 404',
  ':status 500',
  'accept-charset',
  'accept-encoding gzip, deflate',
  'accept-language',
  'accept-ranges',
  'accept',
  'access-control-allow-origin',
  'age',
  'allow',
  'authorization',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'etag',
  'expect',
  'expires',
  'from',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'last-modified',
  'link',
  'location',
  'max-forwards',
  'proxy-authenticate',
  'proxy-authorization',
  'range',
  'referer',
  'refresh',
  'retry-after',
  'server',
  'set-cookie',
  'strict-transport-security',
  'transfer-encoding',
  'user-agent',
  'vary',
  'via',
  'www-authenticate',
] as const;

/** Of the static or dynamic table. `value` is empty where the table knows the name alone. */
export interface HeaderEntry {
  readonly name: string;
  readonly value: string;
}

/** RFC 7541, appendix A; at 0 here is index 1 on the wire, the last is 61. The order is the protocol. */
export const STATIC_TABLE: readonly HeaderEntry[] = ENTRIES.map((entry) => {
  const [name = '', ...value] = entry.split(' ');
  return { name, value: value.join(' ') };
});

/** First index of a name, and of a name with its value (`name\0value`). */
export const STATIC_INDEX: ReadonlyMap<string, number> = new Map(
  // Reversed before the Map is made: of several entries with one name the first stays.
  STATIC_TABLE.flatMap(({ name, value }, at): [string, number][] => [
    [name, at + 1],
    [`${name}\0${value}`, at + 1],
  ]).reverse(),
);
