import { describe, expect, it } from 'vitest';
import { injectedTags, injectIntoHtml } from './html-injection.ts';

async function inject(pieces: readonly (string | Uint8Array)[]): Promise<string> {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces)
        controller.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
      controller.close();
    },
  }).pipeThrough(injectIntoHtml('<S>'));
  return new Response(stream).text();
}

describe('injectIntoHtml', () => {
  it.each([
    [
      '<!DOCTYPE html><html lang="en"><head><title>x</title>',
      '<!DOCTYPE html><html lang="en"><head><S><title>x</title>',
    ],
    ['<html><HEAD data-x=">">\n<meta>', '<html><HEAD data-x=">"><S>\n<meta>'],
    [
      '<!doctype html>\n<!-- a <head> in a comment -->\n<html><head>',
      '<!doctype html>\n<!-- a <head> in a comment -->\n<html><head><S>',
    ],
    ['<header>x</header>', '<S><header>x</header>'],
    ['<html><body>x', '<html><S><body>x'],
    ['<p>x', '<S><p>x'],
    ['just text', '<S>just text'],
    ['', '<S>'],
    ['<!doctype html>', '<!doctype html><S>'],
    ['<script>"<head>"</script>', '<S><script>"<head>"</script>'],
    ['<?xml version="1.0"?><!DOCTYPE html><html><head/>', '<?xml version="1.0"?><!DOCTYPE html><html><S><head/>'],
  ])('%s', async (html, expected) => {
    expect(await inject([html])).toBe(expected);
    // However the bytes arrive, the result is the same.
    expect(await inject([...html])).toBe(expected);
  });

  it('a byte order mark stays first, UTF-16 is left alone', async () => {
    expect(await inject([Uint8Array.of(0xef, 0xbb, 0xbf), '<head>'])).toBe('<head><S>');
    const wide = Uint8Array.of(0xff, 0xfe, 0x3c, 0x00);
    const stream = new Response(
      new ReadableStream<Uint8Array>({
        start: (controller) => (controller.enqueue(wide), controller.close()),
      }).pipeThrough(injectIntoHtml('<S>')),
    );
    expect([...new Uint8Array(await stream.arrayBuffer())]).toEqual([...wide]);
  });

  it('an endless prolog is not waited for', async () => {
    const result = await inject([`<!--${'x'.repeat(70_000)}`]);
    expect(result.startsWith('<S><!--')).toBe(true);
  });
});

describe('injectedTags', () => {
  it('an address becomes src, code becomes the content, neither can break out', () => {
    expect(injectedTags('/i.js', { a: '"<' }, undefined)).toBe('<script src="/i.js" data-a="&quot;&lt;"></script>');
    expect(injectedTags('/i.js', {}, { src: 'https://x/a.js?a&b', defer: true, async: true })).toContain(
      '<script defer async src="https://x/a.js?a&amp;b"></script>',
    );
    expect(injectedTags('/i.js', {}, { src: './a.js', type: 'module' })).toContain(
      '<script type="module" src="./a.js"></script>',
    );
    expect(injectedTags('/i.js', {}, { src: '/* c */ x("</script>")' })).toContain(
      '<script>/* c */ x("<\\/script>")</script>',
    );
    expect(injectedTags('/i.js', {}, { src: '{"imports":{}}', type: 'importmap' })).toContain(
      '<script type="importmap">{"imports":{}}</script>',
    );
    expect(injectedTags('/i.js', {}, { src: 'alert(1)//.js' })).toContain('<script>alert(1)//.js</script>');
  });
});
