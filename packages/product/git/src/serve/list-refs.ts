import { ZERO_OID } from '../objects/oid.ts';
import { RECEIVE_CAPABILITIES, UPLOAD_CAPABILITIES } from '../wire/capabilities.ts';
import { encodePacket, FLUSH } from '../wire/pkt-line.ts';
import { peelTips } from './peel-refs.ts';
import type { FetchRepository, RepositoryRef } from './repository.ts';

/** As the URL and git's own command line name it. */
export type Service = 'git-upload-pack' | 'git-receive-pack';

/** The first answer of version 0: every ref, and behind the first what the server can. */
export async function advertiseRefs(repository: FetchRepository, service: Service): Promise<Uint8Array> {
  const refs = await repository.refs();
  const fetching = service === 'git-upload-pack';
  const peeled = fetching
    ? await peelTips(
        repository,
        refs.map(({ oid }) => oid),
      )
    : undefined;
  const head = refs.find(({ name }) => name === repository.head);
  const listed: RepositoryRef[] = [...(head && fetching ? [{ name: 'HEAD', oid: head.oid }] : []), ...refs];
  const lines = listed.flatMap(({ name, oid }) => {
    const tip = peeled?.get(oid);
    return [`${oid} ${name}`, ...(tip && tip.tags.length > 0 ? [`${tip.oid} ${name}^{}`] : [])];
  });
  const capabilities = [
    ...(fetching ? UPLOAD_CAPABILITIES : RECEIVE_CAPABILITIES),
    ...(head && fetching ? [`symref=HEAD:${repository.head}`] : []),
  ].join(' ');
  const [first = `${ZERO_OID} capabilities^{}`, ...rest] = lines;
  return Buffer.concat([
    encodePacket(`# service=${service}\n`),
    FLUSH,
    encodePacket(`${first}\0${capabilities}\n`),
    ...rest.map((line) => encodePacket(`${line}\n`)),
    FLUSH,
  ]);
}

/** `unborn`: HEAD is told even where its branch is not there yet (gitprotocol-v2(5)). */
export interface ListRefsRequest {
  peel: boolean;
  symrefs: boolean;
  unborn: boolean;
  prefixes: string[];
}

/** More prefixes than that are as good as none, as git has it: everything is told. */
const PREFIXES_LIMIT = 65_536;

/** Reads the arguments of `ls-refs`; unknown ones are nothing. */
export function parseListRefs(lines: readonly string[]): ListRefsRequest {
  const prefixes = lines
    .filter((line) => line.startsWith('ref-prefix '))
    .map((line) => line.slice('ref-prefix '.length));
  return {
    peel: lines.includes('peel'),
    symrefs: lines.includes('symrefs'),
    unborn: lines.includes('unborn'),
    prefixes: prefixes.length > PREFIXES_LIMIT ? [] : prefixes,
  };
}

/** Prefixes only narrow it: a server may send more (gitprotocol-v2(5)). */
export async function listRefsV2(repository: FetchRepository, request: ListRefsRequest): Promise<Uint8Array> {
  const refs = await repository.refs();
  const matches = (name: string): boolean =>
    request.prefixes.length === 0 || request.prefixes.some((prefix) => name.startsWith(prefix));
  const head = refs.find(({ name }) => name === repository.head);
  const listed = [...(head ? [{ name: 'HEAD', oid: head.oid }] : []), ...refs].filter(({ name }) => matches(name));
  const peeled = request.peel
    ? await peelTips(
        repository,
        listed.map(({ oid }) => oid),
      )
    : undefined;
  const symref = request.symrefs ? ` symref-target:${repository.head}` : '';
  const lines = listed.map(({ name, oid }) => {
    const tip = peeled?.get(oid);
    return `${oid} ${name}${name === 'HEAD' ? symref : ''}${tip && tip.tags.length > 0 ? ` peeled:${tip.oid}` : ''}`;
  });
  if (!head && request.unborn && matches('HEAD')) lines.unshift(`unborn HEAD${symref}`);
  return Buffer.concat([...lines.map((line) => encodePacket(`${line}\n`)), FLUSH]);
}
