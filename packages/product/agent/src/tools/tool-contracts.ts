import { secretText } from '@slipway/contracts';
import * as z from 'zod';
import { AGENT_LIMITS } from '../session/session-events.ts';

/** What is beyond them is cut or refused, and the model is told. */
export const TOOL_LIMITS = {
  /** Characters of a file that one Write sends; larger ones grow by Edit. */
  writeChars: 96 * 1024,
  readLines: 2000,
  /** Bytes of a file that tools read at all. */
  fileBytes: 4 * 1024 * 1024,
  /** Paths that Glob gives, and lines that Grep gives. */
  matches: 500,
  /** Seconds of a command, its default and its most. */
  runSeconds: 60,
  runSecondsMost: 110,
  /** Characters of a command's output that are kept while it runs. */
  outputChars: AGENT_LIMITS.resultChars,
} as const;

const path = secretText.min(1).max(4096).describe('Relative to the project folder, such as "src/app.ts"');

/** What each tool takes, and what a model is told about it. */
export const toolContracts = {
  Read: {
    description:
      'Reads a text file, with line numbers. Read a file before you edit it; ' +
      'a large one in parts with offset and limit.',
    needsScope: true,
    input: z.strictObject({
      path,
      offset: z.int().min(1).optional().describe('First line, from 1'),
      limit: z.int().min(1).max(TOOL_LIMITS.readLines).optional().describe('How many lines'),
    }),
  },
  Write: {
    description: 'Makes a file, or replaces all of one that you have read. For a change in a file use Edit.',
    needsScope: true,
    input: z.strictObject({ path, content: secretText.max(TOOL_LIMITS.writeChars) }),
  },
  Edit: {
    description:
      'Replaces a text in a file that you have read. The old text must be exactly as in the file, ' +
      'and be there once; with all: true every place is replaced.',
    needsScope: true,
    input: z.strictObject({
      path,
      old: secretText.min(1).max(TOOL_LIMITS.writeChars),
      new: secretText.max(TOOL_LIMITS.writeChars),
      all: z.boolean().optional(),
    }),
  },
  Glob: {
    description: 'Lists files whose path matches a pattern, such as "src/**/*.{ts,tsx}". node_modules is left out.',
    needsScope: true,
    input: z.strictObject({ pattern: secretText.min(1).max(400) }),
  },
  Grep: {
    description: 'Finds lines by an extended regular expression. node_modules is left out.',
    needsScope: true,
    input: z.strictObject({
      pattern: secretText.min(1).max(1000),
      glob: secretText.min(1).max(400).optional().describe('Only in files whose path matches'),
      ignoreCase: z.boolean().optional(),
    }),
  },
  Run: {
    description:
      'Runs a command in the project folder by the shell and gives its output and exit code. ' +
      'It is ended after its time; the dev server is not for this tool.',
    needsScope: false,
    input: z.strictObject({
      command: secretText.trim().min(1).max(8000),
      seconds: z.int().min(1).max(TOOL_LIMITS.runSecondsMost).optional(),
    }),
  },
  Preview: {
    description: 'Tells whether the dev server of the project runs, where its page is, and why it does not.',
    needsScope: false,
    input: z.strictObject({}),
  },
  Checkpoint: {
    description: 'Names the files as they are now, so that a person can come back to them.',
    needsScope: false,
    input: z.strictObject({ description: secretText.trim().min(1).max(500) }),
  },
} as const;

/** The key of a contract is the name by which a model calls the tool. */
export type ToolName = keyof typeof toolContracts;

/** Whether this version has a tool of that name: a model may call any. */
export function isToolName(name: string): name is ToolName {
  return Object.hasOwn(toolContracts, name);
}
