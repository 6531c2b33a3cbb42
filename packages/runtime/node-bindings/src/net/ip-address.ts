// Taken before lib puts its own URL in place.
const BrowserUrl = URL;

/** inet_pton and back: the canonical text of an IP address, or `undefined`. */
export function canonicalIp(text: string): string | undefined {
  return isIpv4(text) ? text : canonicalIpv6(text);
}

/** inet_pton(AF_INET): four decimal numbers, none with a zero in front. */
export function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
}

/**
 * The sixteen bytes of an IPv6 address in network order, or `undefined` for what is none; zones (`%eth0`) are none.
 */
export function ipv6Bytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  const groups = ipv6Groups(text);
  if (groups === undefined) return undefined;
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]));
}

function canonicalIpv6(text: string): string | undefined {
  const url = ipv6Url(text);
  if (url === undefined) return undefined;
  const groups = ipv6Groups(text) ?? [];
  // IPv4-mapped: ::ffff:0:0/96.
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!mapped) return url;
  // inet_ntop writes IPv4-mapped addresses with dots, URL does not.
  const [high, low] = [groups[6] ?? 0, groups[7] ?? 0];
  return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** URL's own parser knows the grammar of RFC 4291. */
function ipv6Url(text: string): string | undefined {
  // Brackets, slashes or a zone must not get into a URL.
  if (!/^[0-9a-f:.]+$/i.test(text)) return undefined;
  const url = `http://[${text}]/`;
  return BrowserUrl.canParse(url) ? new BrowserUrl(url).hostname.slice(1, -1) : undefined;
}

function ipv6Groups(text: string): number[] | undefined {
  const short = ipv6Url(text);
  if (short === undefined) return undefined;
  // The parser has shortened the longest run of zeros to one `::`, so the groups on both sides are complete.
  const [head = '', tail] = short.split('::');
  const parse = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const [left, right] = [parse(head), tail === undefined ? [] : parse(tail)];
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}
