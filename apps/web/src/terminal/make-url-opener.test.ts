import { expect, it } from 'vitest';
import { reachableUrl } from './make-url-opener.ts';

it('UX-10 an address of the container opens its preview, any other itself', () => {
  const previews = new Map([
    [5173, 'http://5173--a.rt.example'],
    [80, 'http://80--a.rt.example'],
  ]);
  expect(reachableUrl('http://localhost:5173/a?b=1#c', previews)).toBe('http://5173--a.rt.example/a?b=1#c');
  expect(reachableUrl('http://127.0.0.1/', previews)).toBe('http://80--a.rt.example/');
  expect(reachableUrl('http://[::1]:5173', previews)).toBe('http://5173--a.rt.example/');
  for (const url of ['http://localhost:4000/', 'https://example.org:5173/x', 'no address'])
    expect(reachableUrl(url, previews)).toBe(url);
});
