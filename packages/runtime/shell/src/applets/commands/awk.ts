import { strerror } from '@slipway/posix';
import { decode } from '../../io/text.ts';
import type { Applet } from '../applet.ts';
import { unescapeText } from '../escapes.ts';
import { closeOperand, openOperand, readOperand } from '../input-files.ts';
import { parseOptions } from '../options.ts';
import { Machine, ProgramExit } from '../awk/machine.ts';
import { parseAwk } from '../awk/parser.ts';
import { type RecordSource, sourceOf } from '../awk/streams.ts';
import { fromInput, toNumber } from '../awk/values.ts';

const OPTIONS = {
  fieldSeparator: '-F= --field-separator=',
  assign: '-v= --assign=',
  file: '-f= --file=',
} as const;

/**
 * awk(1): `-F`, `-v`, `-f` and a program. Status 2 for a
 * program or file that cannot be read, else what `exit` says.
 */
export const awk: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, status: 2, stopAtOperand: true });
  const operands = [...options.operands];
  const texts: string[] = [];
  for (const file of options.values('file')) {
    const bytes = readOperand(context, file);
    if (typeof bytes === 'number') return context.fail(`cannot open "${file}": ${strerror(bytes)}`, 2);
    texts.push(decode(bytes).text);
  }
  if (!options.has('file')) {
    const program = operands.shift();
    if (program === undefined) return context.fail("usage: awk [-F fs][-v var=value] 'program' [file ...]", 2);
    texts.push(program);
  }

  let status = 0;
  let source: RecordSource | undefined;
  let fd = -1;
  let at = 1;
  let readAny = false;
  /** The next record over all files; assignments among the operands happen when their turn comes. */
  const nextMain = (): string | undefined => {
    for (;;) {
      const record = source === undefined ? undefined : machine.readRecord(source);
      if (record !== undefined) return record;
      if (fd > 0) closeOperand(context, fd);
      source = undefined;
      // XCU awk: ARGV as the program has left it. An element that is empty or gone is passed over.
      let operand = at < toNumber(machine.get('ARGC')) ? machine.text(argv.get(String(at++))) : undefined;
      if (operand === '') continue;
      // All operands were assignments, or there were none: standard input.
      if (operand === undefined) {
        if (readAny) return undefined;
        operand = '-';
      }
      // XCU awk: an operand `name=value` is an assignment, also when there is a file of that name.
      const assignment = /^([A-Za-z_]\w*)=([^]*)$/.exec(operand);
      if (assignment?.[1] !== undefined) {
        machine.set(assignment[1], fromInput(unescapeText(assignment[2] ?? '', 'format').text));
        continue;
      }
      readAny = true;
      fd = openOperand(context, operand);
      if (fd < 0) {
        // As mawk and gawk: a message, and on with the next file.
        status = context.fail(`cannot open "${operand}" (${strerror(fd)})`, 2);
        continue;
      }
      machine.set('FILENAME', operand === '-' ? '' : operand);
      machine.set('FNR', 0);
      source = sourceOf(context, fd);
    }
  };
  const machine = new Machine(context, parseAwk(texts.join('\n')), nextMain);
  const separator = options.value('fieldSeparator');
  // `-Ft` is a tab (XCU awk): nobody separates by the letter.
  if (separator !== undefined) machine.set('FS', separator === 't' ? '\t' : unescapeText(separator, 'format').text);
  for (const assignment of options.values('assign')) {
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
