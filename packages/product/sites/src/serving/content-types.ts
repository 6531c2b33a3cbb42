/** Media types by extension; texts get their charset below (ST-08). */
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  mjs: 'text/javascript',
  cjs: 'text/javascript',
  json: 'application/json',
  map: 'application/json',
  webmanifest: 'application/manifest+json',
  jsonld: 'application/ld+json',
  geojson: 'application/geo+json',
  xml: 'application/xml',
  xhtml: 'application/xhtml+xml',
  rss: 'application/rss+xml',
  atom: 'application/atom+xml',
  txt: 'text/plain',
  text: 'text/plain',
  log: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  ics: 'text/calendar',
  vtt: 'text/vtt',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  toml: 'application/toml',
  svg: 'image/svg+xml',
  png: 'image/png',
  apng: 'image/apng',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  ico: 'image/x-icon',
  bmp: 'image/bmp',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  jxl: 'image/jxl',
  heic: 'image/heic',
  woff: 'font/woff',
  woff2: 'font/woff2',
  ttf: 'font/ttf',
  otf: 'font/otf',
  eot: 'application/vnd.ms-fontobject',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  oga: 'audio/ogg',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  weba: 'audio/webm',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  webm: 'video/webm',
  ogv: 'video/ogg',
  mov: 'video/quicktime',
  m3u8: 'application/vnd.apple.mpegurl',
  mpd: 'application/dash+xml',
  ts: 'video/mp2t',
  wasm: 'application/wasm',
  pdf: 'application/pdf',
  zip: 'application/zip',
  gz: 'application/gzip',
  tar: 'application/x-tar',
  '7z': 'application/x-7z-compressed',
  epub: 'application/epub+zip',
  gltf: 'model/gltf+json',
  glb: 'model/gltf-binary',
};

/** What is text although its type does not begin with "text/". */
const TEXT = /^text\/|^application\/(?:json|manifest\+json|xml|yaml|toml)$|\+(?:json|xml)$/;

/** By the extension alone; what is unknown is octet-stream, which browsers download. */
export function contentTypeOf(path: string): string {
  const type = typeOf(path);
  return type === undefined ? 'application/octet-stream' : TEXT.test(type) ? `${type}; charset=utf-8` : type;
}

/** Whether a packed form is worth its bytes: texts, wasm and fonts that are not packed yet (ST-03). */
export function isPackable(path: string): boolean {
  const type = typeOf(path);
  return type !== undefined && (TEXT.test(type) || /\.(?:wasm|ttf|otf|eot|ico|bmp|glb)$/i.test(path));
}

function typeOf(path: string): string | undefined {
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1];
  // Not by an object's own prototype: a file may be called "a.constructor".
  return extension !== undefined && Object.hasOwn(TYPES, extension.toLowerCase())
    ? TYPES[extension.toLowerCase()]
    : undefined;
}
