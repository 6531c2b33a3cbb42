import { answeredKeys, answerOf } from './answers.ts';

/** `text` is the whole body, also where it is no JSON. */
export interface SeenAnswer {
  method: string;
  /** As it was asked, query and all; only the part before `?` is matched with the document's paths. */
  path: string;
  status: number;
  type: string | undefined;
  text: string;
}

/** Longest path first in what is spelt out, so that `/plugins/examine` is no plugin called examine. */
const operations = [...answeredKeys()]
  .sort((one, other) => one.split('{}').length - other.split('{}').length)
  .map((key) => {
    const [method, template] = key.split(' ') as [string, string];
    // A file's path is the one parameter that holds slashes.
    const pattern = template
      .replaceAll('.', '\\.')
      .replace(/files\/\{\}$/, 'files/.+')
      .replaceAll('{}', '[^/]+');
    return { method, template, pattern: new RegExp(`^${pattern}$`) };
  });

/** Why a successful answer is not what the description of the API says (SV-20); undefined: it is. */
export function answerProblem({ method, path, status, type = '', text }: SeenAnswer): string | undefined {
  const { pathname } = new URL(path, 'http://app');
  if (status < 200 || status > 299 || !pathname.startsWith('/api/')) return undefined;
  const operation = operations.find((one) => one.method === method && one.pattern.test(pathname));
  // HEAD and OPTIONS are in no description.
  if (!operation) return /^(GET|POST|PUT|PATCH|DELETE)$/.test(method) ? 'the description does not know it' : undefined;
  const answer = answerOf(method, operation.template)!;
  if ('status' in answer) return status === Number(answer.status) ? undefined : `described as ${answer.status} alone`;
  if ('type' in answer) return type.startsWith(answer.type) ? undefined : `described as ${answer.type}, is ${type}`;
  // Accepted, and nothing to say of it; or a client that asked for the stream behind the same path.
  if (text === '' || type.startsWith('text/event-stream')) return undefined;
  const read = answer.json.safeParse(JSON.parse(text));
  return read.success ? undefined : JSON.stringify(read.error.issues).slice(0, 2000);
}
