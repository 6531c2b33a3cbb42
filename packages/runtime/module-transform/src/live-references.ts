/**
 * Writes live bindings into a text: every reference to an imported name
 * becomes a read from the link record of its request, `__swR0.name`.
 *
 * Only for modules that may see a binding change or run before its module has
 * (import cycles); the others take their imports as constants.
 */
import type { HelperNames } from './names.ts';
import { childrenOf, isFunction, patternNames, type Node } from './syntax-tree.ts';
import { NAMESPACE, SOURCE, type ImportEntry } from './tables.ts';
import type { TreeEdits } from './tree-edits.ts';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** How an import is read; namespaces and module sources never change and stay constants. */
export function liveAccess(names: HelperNames, [request, name]: ImportEntry): string | undefined {
  if (name === NAMESPACE || name === SOURCE) return undefined;
  const record = `${names.record}${request}`;
  return IDENTIFIER.test(name) ? `${record}.${name}` : `${record}[${JSON.stringify(name)}]`;
}

/** Replaces each use of an imported name by a read of the live binding. */
export function editLiveReferences(
  tree: Node,
  imports: readonly ImportEntry[],
  names: HelperNames,
  edits: TreeEdits,
): void {
  const access = new Map<string, string>();
  for (const entry of imports) {
    const text = liveAccess(names, entry);
    if (text !== undefined) access.set(entry[2], text);
  }
  if (access.size > 0) new ReferenceWalker(access, edits).program(tree);
}

class ReferenceWalker {
  readonly #access: ReadonlyMap<string, string>;
  readonly #edits: TreeEdits;
  /** Imported names that a scope declares anew, innermost last. */
  readonly #shadows: ReadonlySet<string>[] = [];
  /** Where a statement of a list starts: `(0,f)()` there would continue the line before. */
  readonly #statementStarts = new Set<number>();

  constructor(access: ReadonlyMap<string, string>, edits: TreeEdits) {
    this.#access = access;
    this.#edits = edits;
  }

  program(tree: Node): void {
    this.#statements(tree.body);
  }

  #statements(list: readonly Node[]): void {
    for (const statement of list) {
      if (statement.type === 'ExpressionStatement') this.#statementStarts.add(statement.start);
      this.#visit(statement);
    }
  }

  #visit(node: Node): void {
    switch (node.type) {
      // Declarations go as they are blanked, labels and `new.target` are no references.
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
        return;
      case 'ExportNamedDeclaration':
        if (node.declaration !== null) this.#visit(node.declaration);
        return;
      case 'Identifier':
        this.#reference(node);
        return;
      case 'MemberExpression':
        this.#visit(node.object);
        if (node.computed) this.#visit(node.property);
        return;
      case 'CallExpression':
        this.#callee(node.callee);
        for (const argument of node.arguments) this.#visit(argument);
        return;
      case 'TaggedTemplateExpression':
        this.#callee(node.tag);
        this.#visit(node.quasi);
        return;
      case 'Property':
        this.#property(node);
        return;
      case 'PropertyDefinition':
      case 'MethodDefinition':
        if (node.computed) this.#visit(node.key);
        if (node.value !== null) this.#visit(node.value);
        return;
      case 'LabeledStatement':
        this.#visit(node.body);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        // The name of a class is a binding inside of it, as for a function expression.
        this.#within(node.id === null ? [] : [node.id.name], () => {
          if (node.superClass !== null) this.#visit(node.superClass);
          this.#visit(node.body);
        });
        return;
      case 'BlockStatement':
        this.#within(lexicalNames(node.body), () => this.#statements(node.body));
        return;
      case 'StaticBlock':
        this.#within([...lexicalNames(node.body), ...varNames(node.body)], () => this.#statements(node.body));
        return;
      case 'SwitchStatement':
        this.#visit(node.discriminant);
        // All clauses of a switch are one scope.
        this.#within(lexicalNames((node.cases as Node[]).flatMap((clause) => clause.consequent as Node[])), () => {
          for (const clause of node.cases) {
            if (clause.test !== null) this.#visit(clause.test);
            this.#statements(clause.consequent);
          }
        });
        return;
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        this.#within(
          lexicalNames([node.init ?? node.left].filter((head): head is Node => head !== null && head !== undefined)),
          () => this.#children(node),
        );
        return;
      case 'CatchClause':
        this.#within(patternNames(node.param), () => this.#children(node));
        return;
      default:
        if (isFunction(node)) this.#function(node);
        else this.#children(node);
    }
  }

  #children(node: Node): void {
    for (const child of childrenOf(node)) this.#visit(child);
  }

  #function(node: Node): void {
    // One scope for parameters and body: a default value that
    // names an import which the body declares anew is not found.
    const declared = (node.params as Node[]).flatMap((parameter) => patternNames(parameter));
    if (node.type === 'FunctionExpression' && node.id !== null) declared.push(node.id.name);
    const isBlock = node.body.type === 'BlockStatement';
    if (isBlock) declared.push(...lexicalNames(node.body.body), ...varNames(node.body.body));
    this.#within(declared, () => {
      for (const parameter of node.params) this.#visit(parameter);
      if (isBlock) this.#statements(node.body.body);
      else this.#visit(node.body);
    });
  }

  #property(node: Node): void {
    if (!node.shorthand) {
      if (node.computed) this.#visit(node.key);
      this.#visit(node.value);
      return;
    }
    // `{ a }` reads or assigns a; `{ a = 1 }` is a target with a default value.
    const target = node.value.type === 'AssignmentPattern' ? node.value.left : node.value;
    const access = this.#accessOf(target.name);
    // Written out, as the shorthand would make a key of the access.
    if (access !== undefined) this.#edits.replace(target.start, target.end, `${target.name}:${access}`);
    if (node.value.type === 'AssignmentPattern') this.#visit(node.value.right);
  }

  #reference(node: Node): void {
    const access = this.#accessOf(node.name);
    if (access !== undefined) this.#edits.replace(node.start, node.end, access);
  }

  /** A plain call must not get the link record as its receiver. */
  #callee(node: Node): void {
    if (node.type !== 'Identifier') {
      this.#visit(node);
      return;
    }
    const access = this.#accessOf(node.name);
    if (access === undefined) return;
    // `(0,f)()` behind a line without semicolon would be a call of that line.
    const separator = this.#statementStarts.has(node.start) ? ';' : '';
    this.#edits.replace(node.start, node.end, `${separator}(0,${access})`);
  }

  #accessOf(name: string): string | undefined {
    const access = this.#access.get(name);
    return access !== undefined && this.#shadows.some((shadow) => shadow.has(name)) ? undefined : access;
  }

  #within(declared: readonly string[], visit: () => void): void {
    const shadow = declared.filter((name) => this.#access.has(name));
    if (shadow.length > 0) this.#shadows.push(new Set(shadow));
    visit();
    if (shadow.length > 0) this.#shadows.pop();
  }
}

/** Names that a list of statements declares for its block. */
function lexicalNames(statements: readonly Node[]): string[] {
  const names: string[] = [];
  for (const node of statements) {
    if (node.type === 'VariableDeclaration' && node.kind !== 'var') {
      for (const declarator of node.declarations) patternNames(declarator.id, names);
    } else if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
      if (node.id !== null) names.push(node.id.name);
    } else if (node.type === 'LabeledStatement') {
      names.push(...lexicalNames([node.body]));
    }
  }
  return names;
}

/** Names that `var` declares anywhere in these statements, not looking into functions. */
function varNames(statements: readonly Node[]): string[] {
  const names: string[] = [];
  const visit = (node: Node): void => {
    if (
      isFunction(node) ||
      node.type === 'ClassDeclaration' ||
      node.type === 'ClassExpression' ||
      node.type.endsWith('Expression')
    )
      return;
    if (node.type === 'VariableDeclaration' && node.kind === 'var')
      for (const declarator of node.declarations) patternNames(declarator.id, names);
    for (const child of childrenOf(node)) visit(child);
  };
  for (const statement of statements) visit(statement);
  return names;
}
