import { expect, it } from 'vitest';
import { countPieces, kindOf, PIECE_BYTES, pieceOf } from './file-kinds.ts';

it.each([
  ['a/photo.JPG', 'image'],
  ['song.mp3', 'audio'],
  ['film.webm', 'video'],
  ['paper.pdf', 'pdf'],
  ['letters.woff2', 'font'],
  ['data.csv', 'long text'],
  ['a.constructor', 'long text'],
])('shows "%s" as %s', (path, name) => {
  expect(kindOf(path, new Uint8Array(10_000).fill(97)).name).toBe(name);
});

it('shows what is neither known nor text as bytes', () => {
  expect(kindOf('a.bin', new Uint8Array(10_000)).name).toBe('bytes');
  expect(kindOf('latin.txt', new Uint8Array([228])).name).toBe('bytes');
});

it('cuts a long text into pieces of whole lines that make the text again', () => {
  const text = Array.from({ length: 40_000 }, (_, at) => `line ${at} äöü`).join('\n');
  const bytes = new TextEncoder().encode(text);
  const pieces = Array.from({ length: countPieces(bytes) }, (_, at) => pieceOf(bytes, at));
  expect(pieces.length).toBeGreaterThan(4);
  expect(pieces.join('')).toBe(text);
  for (const piece of pieces.slice(0, -1)) expect(piece.endsWith('\n')).toBe(true);
});

it('cuts no letter of a line without an end', () => {
  const bytes = new TextEncoder().encode(`a${'ä'.repeat(PIECE_BYTES)}`);
  const pieces = Array.from({ length: countPieces(bytes) }, (_, at) => pieceOf(bytes, at));
  expect(pieces.join('')).toBe(`a${'ä'.repeat(PIECE_BYTES)}`);
  expect(pieces.join('')).not.toContain('\uFFFD');
});

it('gives a line that ends where a piece does to that piece alone', () => {
  const bytes = new Uint8Array(PIECE_BYTES * 2).fill(97);
  bytes[PIECE_BYTES - 1] = 10;
  expect(pieceOf(bytes, 0)).toHaveLength(PIECE_BYTES);
  expect(pieceOf(bytes, 1)).toHaveLength(PIECE_BYTES);
});
