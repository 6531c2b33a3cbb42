import { expect, it } from 'vitest';
import { holdErrors, refusalOf } from './hold-errors.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

it('what npm says before its errors goes on, its errors are held', () => {
  const held = holdErrors();
  expect(text(held.push(Buffer.from('npm http fetch a\nnpm error code EUSAGE\n')))).toBe('npm http fetch a\n');
  expect(text(held.push(Buffer.from('npm error Missing: x@1.0.0 from lock file\nmore\n')))).toBe('');
  const all = held.take();
  expect(text(all)).toBe('npm error code EUSAGE\nnpm error Missing: x@1.0.0 from lock file\nmore\n');
  expect(refusalOf(all)).toBe('Missing: x@1.0.0 from lock file');
  expect(text(held.take())).toBe('');
});

it('more than a bound is not held', () => {
  const held = holdErrors();
  expect(text(held.push(Buffer.from('npm error a\n')))).toBe('');
  const much = 'b'.repeat(70_000);
  expect(text(held.push(Buffer.from(much)))).toBe(`npm error a\n${much}`);
  expect(text(held.push(Buffer.from('npm error c\n')))).toBe('npm error c\n');
  expect(text(held.take())).toBe('');
});
