/** Settings of a static host, as the files in which each kind of host takes them. Pure. */
import { type HeaderRule, PREVIEW_RULES, RUNTIME_RULES } from './static-headers.ts';

/** Without a preview domain the recipes have nothing for previews. */
export interface StaticPlace {
  readonly origin: string;
  /** Name under which previews are, `example.org` for `3000--abc.example.org`; absent: there are none. */
  readonly previewDomain?: string | undefined;
}

/** Files of settings by their names; those of hosts that read them from the folder lie in it. */
export function writeRecipes(place: StaticPlace): Readonly<Record<string, string>> {
  return {
    _headers: netlifyHeaders(),
    'vercel.json': vercelJson(),
    'nginx.conf': nginxConf(place),
    Caddyfile: caddyfile(place),
  };
}

const entries = (rule: HeaderRule): [string, string][] => Object.entries(rule.headers);
const below = (path: string): string => `${path}*`;

/**
 * Netlify and Cloudflare Pages. Both add up what several rules say of one header, so
 * that the general rule has no Cache-Control: pages are asked for anew by default.
 */
function netlifyHeaders(): string {
  const [all, ...special] = RUNTIME_RULES;
  if (all === undefined) throw new Error('Cannot write a recipe: there is no general rule');
  const general = entries(all).filter(([name]) => !special.some((rule) => name in rule.headers));
  return [{ path: all.path, pairs: general }, ...special.map((rule) => ({ path: rule.path, pairs: entries(rule) }))]
    .map(({ path, pairs }) => [below(path), ...pairs.map(([name, value]) => `  ${name}: ${value}`), ''].join('\n'))
    .join('\n');
}

function vercelJson(): string {
  const headers = RUNTIME_RULES.map((rule) => ({
    source: `${rule.path}(.*)`,
    headers: entries(rule).map(([key, value]) => ({ key, value })),
  }));
  return `${JSON.stringify({ cleanUrls: true, trailingSlash: false, headers }, undefined, 2)}\n`;
}

/** Where nginx listens. The certificate is the operator's: its two files are named in capitals, as the folder is. */
function nginxListens({ origin }: StaticPlace): string {
  const { protocol, port } = new URL(origin);
  if (protocol !== 'https:') return `listen ${port === '' ? '80' : port};`;
  return `listen ${port === '' ? '443' : port} ssl;
  ssl_certificate CERTIFICATE;
  ssl_certificate_key CERTIFICATE_KEY;`;
}

function nginxConf(place: StaticPlace): string {
  const name = new URL(place.origin).hostname;
  const listens = nginxListens(place);
  const add = (rules: readonly HeaderRule[], path: string, indent: string): string =>
    // In a location of its own nothing is inherited: each has all of its headers.
    Object.entries(Object.assign({}, ...rules.filter((rule) => path.startsWith(rule.path)).map((rule) => rule.headers)))
      .map(([header, value]) => `${indent}add_header ${header} "${String(value)}" always;\n`)
      .join('');
  const escaped = name.replaceAll('.', '\\.');
  const runtime = `server {
  ${listens}
  server_name ${place.previewDomain === undefined ? name : `${name} ~^e[0-9a-f]+\\.${escaped}$`};
  root FOLDER;
  types { text/html html; text/javascript js; application/json json; application/octet-stream bin; }
  gzip on;
  gzip_types text/javascript application/octet-stream;
${add(RUNTIME_RULES, '/', '  ')}
  location /assets/ {
${add(RUNTIME_RULES, '/assets/', '    ')}  }
  location / { try_files $uri $uri.html =404; }
}
`;
  if (place.previewDomain === undefined) return runtime;
  const domain = place.previewDomain.replaceAll('.', '\\.');
  return `${runtime}
server {
  ${listens}
  server_name "~^[0-9]{1,5}--[a-z0-9-]+\\.${domain}$";
  root FOLDER;
  types { text/html html; text/javascript js; application/json json; }
${add(PREVIEW_RULES, '/', '  ')}
  location /__slip/assets/ {
    alias FOLDER/assets/;
${add(PREVIEW_RULES, '/__slip/assets/', '    ')}  }
  location = /__slip/sw.js {
    alias FOLDER/sw.js;
${add(PREVIEW_RULES, '/__slip/sw.js', '    ')}  }
  location = /__slip/config.json { try_files $uri =404; }
  location / { rewrite ^ /preview.html break; }
}
`;
}

function caddyfile(place: StaticPlace): string {
  const { hostname: name, protocol, port } = new URL(place.origin);
  const site = (host: string): string => `${protocol}//${host}${port === '' ? '' : `:${port}`}`;
  const header = (rules: readonly HeaderRule[]): string =>
    rules
      .flatMap((rule) => entries(rule).map(([key, value]) => `  header ${below(rule.path)} ${key} "${value}"\n`))
      .join('');
  const names = place.previewDomain === undefined ? site(name) : `${site(name)}, ${site(`*.${name}`)}`;
  const runtime = `${names} {
  root * FOLDER
${header(RUNTIME_RULES)}  encode gzip
  try_files {path} {path}.html
  file_server
}
`;
  if (place.previewDomain === undefined) return runtime;
  return `${runtime}
${site(`*.${place.previewDomain}`)} {
  root * FOLDER
${header(PREVIEW_RULES)}  @page not path /__slip/*
  rewrite @page /preview.html
  @asset path /__slip/assets/* /__slip/sw.js
  uri @asset strip_prefix /__slip
  file_server
}
`;
}
