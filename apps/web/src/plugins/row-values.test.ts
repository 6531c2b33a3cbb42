import { expect, it } from 'vitest';
import { type Fields, readForm, readValue, toCsv } from './row-values.ts';

const field = (type: Fields[string]['type'], required = false) => ({ type, required, indexed: false });
const FIELDS: Fields = {
  title: field('string', true),
  count: field('integer'),
  done: field('boolean'),
  more: field('json'),
};

it('PL-16 a form’s texts become values of the manifest’s types, and say which one does not', () => {
  const form = new FormData();
  form.set('title', ' a ');
  form.set('count', '7');
  form.set('more', '{"a":[1]}');
  expect(readForm(FIELDS, form)).toEqual({ title: ' a ', count: 7, done: false, more: { a: [1] } });
  form.set('done', 'on');
  form.delete('count');
  expect(readForm(FIELDS, form)).toEqual({ title: ' a ', done: true, more: { a: [1] } });
  form.set('title', ' ');
  expect(() => readForm(FIELDS, form)).toThrow('“title” is required');
  for (const [type, text] of [
    ['integer', '1.5'],
    ['number', 'x'],
    ['boolean', 'yes'],
    ['json', '{'],
  ] as const) {
    expect(() => readValue('it', { type }, text)).toThrow('“it”');
  }
});

it('PL-16 an export quotes what a comma or a line would break, and gives no formulas to a spreadsheet', () => {
  const rows = [
    { id: '1', data: { title: 'a,b "c"\nd', count: -7, more: { x: 1 } } },
    { id: '2', data: { title: '=HYPERLINK("x")' } },
  ];
  expect(toCsv(FIELDS, rows)).toBe(
    'id,title,count,done,more\r\n1,"a,b ""c""\nd",-7,,"{""x"":1}"\r\n2,"\'=HYPERLINK(""x"")",,,\r\n',
  );
});
