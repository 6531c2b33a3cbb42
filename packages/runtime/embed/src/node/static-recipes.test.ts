import { expect, it } from 'vitest';
import { writeRecipes } from './static-recipes.ts';

const listensOf = (origin: string, previewDomain?: string): string[] =>
  [...(writeRecipes({ origin, previewDomain })['nginx.conf'] ?? '').matchAll(/^ {2}(listen|ssl_).*$/gm)].map(([line]) =>
    line.trim(),
  );

it('nginx listens where the origin is, with a certificate where that is https', () => {
  expect(listensOf('http://rt.example.org')).toEqual(['listen 80;']);
  expect(listensOf('http://rt.localhost:8080')).toEqual(['listen 8080;']);
  const tls = ['ssl_certificate CERTIFICATE;', 'ssl_certificate_key CERTIFICATE_KEY;'];
  expect(listensOf('https://rt.example.org:8443')).toEqual(['listen 8443 ssl;', ...tls]);
  const both = ['listen 443 ssl;', ...tls];
  expect(listensOf('https://rt.example.org', 'example.org')).toEqual([...both, ...both]);
});
