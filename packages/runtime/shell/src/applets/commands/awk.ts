import { errorText } from '../../io/errno.ts';
import { decode } from '../../io/text.ts';
import type { Applet } from '../applet.ts';
import { unescapeText } from '../escapes.ts';
import { closeOperand, openOperand, readOperand } from '../input-files.ts';
import { parseOptions } from '../options.ts';
import { Machine, ProgramExit } from './machine.ts';
import { parseAwk } from './parser.ts';
import { type RecordSource, sourceOf } from './streams.ts';
import { fromInput } from './values.ts';

export const awk: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'F:v:f:', long: { 'field-separator=': 'F', 'assign=': 'v', 'file=': 'f' }, stopAtOperand: true, status: 2 });
  const operands = [...options.operands];
  const texts: string[] = [];
  for (const file of options.values('f')) {
    const bytes = readOperand(context, file);
    if (typeof bytes === 'number') return context.fail(`cannot open "${file}": ${errorText(bytes)}`, 2);
    texts.push(decode(bytes).text);
  }
  if (!options.has('f')) {
    const program = operands.shift();
    if (program === undefined) return context.fail("usage: awk [-F fs][-v var=value] 'program' [file ...]", 2);
    texts.push(program);
  }

  let status = 0;
  let source: RecordSource | undefined;
  let fd = -1;
  let at = 0;
  let readAny = false;
  /** The next record over all files; assignments among the operands happen when their turn comes. */
  const nextMain = (): string | undefined => {
    for (;;) {
      const record = source === undefined ? undefined : machine.readRecord(source);
      if (record !== undefined) return record;
      if (fd > 0) closeOperand(context, fd);
      source = undefined;
      let operand = operands[at++];
      if (operand === undefined) {
        if (readAny) return undefined;
        operand = '-';
      }
      const assignment = /^([A-Za-z_]\w*)=([^]*)$/.exec(operand);
      if (assignment?.[1] !== undefined) {
        machine.set(assignment[1], fromInput(unescapeText(assignment[2] ?? '', 'format').text));
        continue;
      }
      readAny = true;
      fd = openOperand(context, operand);
      if (fd < 0) {
        status = context.fail(`cannot open "${operand}" (${errorText(fd)})`, 2);
        continue;
      }
      machine.set('FILENAME', operand === '-' ? '' : operand);
      machine.set('FNR', 0);
      source = sourceOf(context, fd);
    }
  };
  const machine = new Machine(context, parseAwk(texts.join('\n')), nextMain);
  const separator = options.value('F');
  if (separator !== undefined) machine.set('FS', separator === 't' ? '\t' : unescapeText(separator, 'format').text);
  for (const assignment of options.values('v')) {
    const equals = assignment.indexOf('=');
    if (equals === -1) return context.fail(`invalid -v argument: ${assignment}`, 2);
    machine.set(assignment.slice(0, equals), fromInput(unescapeText(assignment.slice(equals + 1), 'format').text));
  }
  const argv = machine.array('ARGV');
  ['awk', ...operands].forEach((text, index) => argv.set(String(index), fromInput(text)));
  machine.set('ARGC', operands.length + 1);

  const run = (part: () => void): boolean => {
    try {
      part();
      return true;
    } catch (error) {
      if (error instanceof ProgramExit) return false;
      throw error;
    }
  };
  const began = run(() => machine.runRules('begin'));
  if (began && machine.readsInput) {
    run(() => {
      for (let record = nextMain(); record !== undefined; record = nextMain()) machine.runRecord(record);
    });
  }
  // `exit` goes on with END, but not from there.
  if (began || machine.readsInput) run(() => machine.runRules('end'));
  machine.streams.closeAll();
  return machine.status === 0 ? status : machine.status;
};
