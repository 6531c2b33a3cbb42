import { findFileLinks } from '../terminal/file-links.ts';
import { inlineMapText, lookUp, parseSourceMap, sourceMapAddress } from './source-map.ts';
import { pathOfAddress, projectFrames, type StackFrame } from './stack-frames.ts';

/** A place in a file of the project; line and column from 1. */
export interface FilePlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** Two questions alone, so that places are found in tests without a preview. */
export interface PlaceSources {
  /** Addresses of another origin are not asked for: their files are none of the project's. */
  readonly origin: string;
  /** The text at an address of the preview; undefined where none can be had. */
  read(url: URL): Promise<string | undefined>;
  exists(path: string): Promise<boolean>;
}

/** Of one error: each may cost a fetch. */
const MAX_LOOKS = 5;

/**
 * Where in the project's own files an error is. What the text says, as compilers do, is the
 * place itself; a stack names the served script, whose source map leads to the file.
 */
export async function findPlace(
  error: { readonly text: string; readonly stack: string },
  sources: PlaceSources,
): Promise<FilePlace | undefined> {
  for (const { path, line, column } of findFileLinks(error.text.split('\n', 10).join(' ')))
    if (line !== undefined && (await sources.exists(path))) return { path, line, column: column ?? 1 };
  for (const frame of projectFrames(error.stack, sources.origin).slice(0, MAX_LOOKS)) {
    const place = await placeOf(frame, sources);
    if (place !== undefined && (await sources.exists(place.path))) return place;
  }
  return undefined;
}

/** By the source map of what was served. Undefined for what is in no file of the project. */
async function placeOf(frame: StackFrame, sources: PlaceSources): Promise<FilePlace | undefined> {
  const path = pathOfAddress(frame.url);
  const text = await sources.read(frame.url);
  // What was served may be no line of the file: then the file has to do.
  if (text === undefined) return { path, line: 1, column: 1 };
  const plain = { path, line: frame.line, column: frame.column };
  const address = sourceMapAddress(text);
  if (address === undefined) return plain;
  const url = new URL(address, frame.url);
  const found = inlineMapText(address) ?? (url.origin === sources.origin ? await sources.read(url) : undefined);
  const map = found === undefined ? undefined : parseSourceMap(found);
  if (map === undefined) return plain;
  const place = lookUp(map, frame.line, frame.column);
  // In a map of the whole project a place without a source is of nobody's file.
  if (place === undefined || !URL.canParse(place.source, frame.url)) return undefined;
  const base = url.protocol === 'data:' ? frame.url : url;
  return { path: pathOfAddress(new URL(place.source, base)), line: place.line, column: place.column };
}
