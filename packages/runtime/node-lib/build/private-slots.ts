/**
 * Turns lib's accesses through private symbols into calls on `PrivateSlot`.
 *
 *   obj[x_private_symbol]          ->  x_private_symbol.get(obj)
 *   obj[x_private_symbol] = v      ->  x_private_symbol.set(obj, v)
 *   obj[x_private_symbol] ??= v    ->  (x.get(obj) ?? x.set(obj, v))
 *   obj[x_private_symbol] &= v     ->  x.set(obj, x.get(obj) & (v))
 *
 * Lib also knows some of them by a second name (`kModuleSource`) and hands
 * those on between files; `ALIASES` lists them. Any use we do not understand
 * fails the build.
 */
import type { AnyNode, AssignmentExpression, Identifier, MemberExpression } from 'acorn';
import { childrenOf, parseBuiltin } from './ast.ts';
import { EditList, type EditedText } from './edits.ts';

/** Second names of private symbols inside lib. */
const ALIASES = [
  'kModuleSource',
  'kModuleExportNames',
  'kModuleCircularVisited',
  'kModuleExport',
  'kFirstModuleParent',
  'kLastModuleParent',
] as const;

/** Same lines as the source, with runs that say what has moved. */
export interface PrivateSlotResult extends EditedText {
  readonly sites: number;
}

/**
 * The transform described above, for one builtin. `privateNames`
 * are the properties of `privateSymbols` in the binary.
 */
export function rewritePrivateSlots(source: string, id: string, privateNames: readonly string[]): PrivateSlotResult {
  const names = new Set<string>([...privateNames, ...ALIASES]);
  // Most files name none of them: do not even parse those.
  if (![...names].some((name) => source.includes(name))) return { ...new EditList(source).apply(), sites: 0 };
  const edits = new EditList(source);
  let sites = 0;

  const slotOf = (node: AnyNode): string | undefined => {
    if (node.type !== 'MemberExpression' || !node.computed || node.property.type !== 'Identifier') return undefined;
    return names.has(node.property.name) ? node.property.name : undefined;
  };

  const visit = (node: AnyNode, parent: AnyNode | null): void => {
    if (node.type === 'AssignmentExpression') {
      const slot = slotOf(node.left as AnyNode);
      if (slot !== undefined) {
        sites += 1;
        rewriteAssignment(node, slot);
        return;
      }
    }
    const slot = slotOf(node);
    if (slot !== undefined) {
      const member = node as MemberExpression;
      // `obj?.[slot]`: lib has none, and get() of undefined is no stand-in for it.
      if (member.optional) throw refusal(id, source, node);
      sites += 1;
      edits.wrap(member.start, member.end, `${slot}.get(`, '');
      edits.replace(member.object.end, member.end, ')');
      // The holder may hold accesses itself.
      visit(member.object as AnyNode, member);
      return;
    }
    if (node.type === 'Identifier' && names.has(node.name) && !isHandedOn(node, parent))
      throw refusal(id, source, node);
    for (const child of childrenOf(node)) visit(child, node);
  };

  const rewriteAssignment = (node: AssignmentExpression, slot: string): void => {
    const member = node.left as MemberExpression;
    const operatorAt = source.indexOf(node.operator, member.end);
    // A comment or a bracket in between: not a plain assignment.
    const gap = source.slice(member.end, operatorAt);
    if (gap.trim() !== '') throw refusal(id, source, node);
    const holder = source.slice(member.object.start, member.object.end);
    const afterOperator = operatorAt + node.operator.length;
    if (node.operator === '=') {
      edits.wrap(node.start, node.end, `${slot}.set(`, ')');
      edits.replace(member.object.end, afterOperator, ',');
    } else {
      // The holder is written twice, so it must be free of effects.
      if (member.object.type !== 'Identifier' && member.object.type !== 'ThisExpression')
        throw refusal(id, source, node);
      if (node.operator === '??=') {
        edits.wrap(node.start, node.end, `(${slot}.get(${holder})??${slot}.set(`, '))');
        edits.replace(member.object.end, afterOperator, ',');
      } else {
        const operator = node.operator.slice(0, -1);
        edits.wrap(node.start, node.end, `${slot}.set(`, '))');
        edits.replace(member.object.end, afterOperator, `,${slot}.get(${holder})${operator}(`);
      }
    }
    visit(member.object as AnyNode, member);
    visit(node.right as AnyNode, node);
  };

  visit(parseBuiltin(source, id), null);
  return { ...edits.apply(), sites };
}

/** Declaring, importing, exporting or renaming a slot moves the object along and needs no change. */
function isHandedOn(node: Identifier, parent: AnyNode | null): boolean {
  if (parent === null) return false;
  if (parent.type === 'Property') return !parent.computed && (parent.key === node || parent.value === node);
  if (parent.type === 'VariableDeclarator') return parent.id === node || parent.init === node;
  return false;
}

function refusal(id: string, source: string, node: AnyNode): Error {
  const line = source.slice(0, node.start).split('\n').length;
  return new Error(
    `Cannot rewrite private symbol in "${id}" line ${line}: ` +
      `unknown use "${source.slice(node.start, node.end).slice(0, 80)}"`,
  );
}
