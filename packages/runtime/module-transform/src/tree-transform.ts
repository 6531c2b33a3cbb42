/** The scanner's work, done on a syntax tree: the same tables, the same edits. */
import { skipBlanks } from './lookahead.ts';
import { awaitTexts, caughtText, frameDeclaration, type HelperNames } from './names.ts';
import type { Goal } from './scan-state.ts';
import { childrenOf, isFunction, patternNames, type Node } from './syntax-tree.ts';
import { TableBuilder } from './table-builder.ts';
import { EVALUATION_PHASE, NAMESPACE, type ModuleTables } from './tables.ts';
import { TreeEdits } from './tree-edits.ts';

/** With the help of acorn's tree, for what the fast scanner gives up. */
export interface TreeFindings {
  readonly edits: TreeEdits;
  /** Only for modules. */
  readonly tables: ModuleTables;
}

/** Finds tables and edits; references to imports stay as they are (see `live-references.ts`). */
export function examineTree(source: string, tree: Node, names: HelperNames, goal: Goal): TreeFindings {
  const examiner = new Examiner(source, names, goal);
  for (const statement of tree.body as Node[]) examiner.statement(statement);
  const tables = examiner.builder.build({
    reassigned: examiner.reassigned,
    allMutable: examiner.hasDirectEval,
    hasTopLevelAwait: examiner.hasTopLevelAwait,
    usesImportMeta: examiner.usesImportMeta,
  });
  if (source.startsWith('#!')) examiner.edits.replace(0, 2, '//');
  return { edits: examiner.edits, tables };
}

/** One walk over the tree; it changes nothing and notes edits by their place in the source. */
class Examiner {
  readonly edits = new TreeEdits();
  readonly builder = new TableBuilder();
  readonly reassigned = new Set<string>();
  hasTopLevelAwait = false;
  usesImportMeta = false;
  hasDirectEval = false;
  #functionDepth = 0;
  /** Open functions, innermost last. */
  readonly #functions: { readonly isExpression: boolean; awaits: boolean }[] = [];
  /** Parameters and class bodies count as code that runs later, though they are no place for `await`. */
  #laterDepth = 0;
  /** Functions that have `arguments`; scripts are inside of one. */
  #argumentsDepth: number;
  readonly #source: string;
  readonly #names: HelperNames;

  constructor(source: string, names: HelperNames, goal: Goal) {
    this.#source = source;
    this.#names = names;
    this.#argumentsDepth = goal === 'module' ? 0 : 1;
  }

  statement(node: Node): void {
    switch (node.type) {
      case 'ImportDeclaration':
        this.#import(node);
        return;
      case 'ExportAllDeclaration': {
        const request = this.#request(node);
        if (node.exported === null) this.builder.stars.push(request);
        else this.builder.indirect.push([moduleName(node.exported), request, NAMESPACE]);
        this.edits.blank(node.start, node.end, ';');
        return;
      }
      case 'ExportNamedDeclaration':
        this.#exportNamed(node);
        return;
      case 'ExportDefaultDeclaration':
        this.#exportDefault(node);
        return;
      default:
        this.#visit(node);
    }
  }

  /** A module that is asked for, once for the same name and attributes. */
  #request(node: Node): number {
    const attributes: Record<string, string> = {};
    for (const attribute of node.attributes ?? []) attributes[moduleName(attribute.key)] = attribute.value.value;
    return this.builder.request(node.source.value, attributes, EVALUATION_PHASE);
  }

  /** The declaration goes; references to its names are the affair of `live-references.ts`. */
  #import(node: Node): void {
    const request = this.#request(node);
    for (const specifier of node.specifiers as Node[]) {
      const name =
        specifier.type === 'ImportNamespaceSpecifier'
          ? NAMESPACE
          : specifier.type === 'ImportDefaultSpecifier'
            ? 'default'
            : moduleName(specifier.imported);
      this.builder.imports.push([request, name, specifier.local.name]);
    }
    this.edits.blank(node.start, node.end, ';');
  }

  #exportNamed(node: Node): void {
    const declaration = node.declaration as Node | null;
    if (declaration !== null) {
      this.edits.blank(node.start, declaration.start);
      if (declaration.type === 'VariableDeclaration') {
        for (const declarator of declaration.declarations) {
          // Only `const` is certain: `let` may be assigned to by anything that sees it.
          for (const name of patternNames(declarator.id)) this.builder.export(name, name, declaration.kind === 'const');
        }
      } else {
        this.builder.export(declaration.id.name, declaration.id.name, false);
      }
      this.#visit(declaration);
      return;
    }
    if (node.source !== null) {
      const request = this.#request(node);
      for (const specifier of node.specifiers)
        this.builder.indirect.push([moduleName(specifier.exported), request, moduleName(specifier.local)]);
    } else {
      for (const specifier of node.specifiers)
        this.builder.export(moduleName(specifier.exported), specifier.local.name, false);
    }
    this.edits.blank(node.start, node.end, ';');
  }

  /** An expression and an anonymous declaration get a name of ours, by which the export finds them. */
  #exportDefault(node: Node): void {
    const declaration = node.declaration as Node;
    const isDeclaration = declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration';
    if (!isDeclaration) {
      this.edits.blank(node.start, declaration.start, `const ${this.#names.defaultExport}=`);
      this.builder.anonymousDefault = 'value';
      this.builder.export('default', this.#names.defaultExport, true);
    } else if (declaration.id !== null) {
      this.edits.blank(node.start, declaration.start);
      this.builder.export('default', declaration.id.name, false);
    } else {
      this.edits.blank(node.start, declaration.start);
      this.edits.open(this.#nameOf(declaration), ` ${this.#names.defaultExport} `);
      this.builder.anonymousDefault = declaration.type === 'ClassDeclaration' ? 'value' : 'function';
      this.builder.export('default', this.#names.defaultExport, true);
    }
    this.#visit(declaration);
  }

  /** Where an anonymous function or class would have its name. */
  #nameOf(declaration: Node): number {
    // Behind `class`, behind `function`, or behind its star.
    if (declaration.type === 'ClassDeclaration') return declaration.start + 5;
    const word = declaration.async ? skipBlanks(this.#source, declaration.start + 5) : declaration.start;
    const star = skipBlanks(this.#source, word + 8);
    return declaration.generator ? star + 1 : word + 8;
  }

  #visit(node: Node): void {
    switch (node.type) {
      case 'AwaitExpression':
        this.#await(node);
        return;
      case 'TryStatement':
        this.#try(node);
        return;
      case 'ForOfStatement':
        this.#noteTarget(node.left);
        if (node.await) this.#forAwait(node);
        else this.#children(node);
        return;
      case 'ForInStatement':
        this.#noteTarget(node.left);
        this.#children(node);
        return;
      // `await using` waits at the end of its scope, where no text stands that could be wrapped.
      case 'VariableDeclaration':
        if (node.kind === 'await using') this.#noteAwait();
        this.#children(node);
        return;
      case 'AssignmentExpression':
        this.#noteTarget(node.left);
        this.#children(node);
        return;
      case 'UpdateExpression':
        this.#noteTarget(node.argument);
        this.#children(node);
        return;
      case 'CallExpression':
        // A direct eval sees the scope it is in: it may
        // assign to every name there, and its text may wait.
        if (node.callee.type === 'Identifier' && node.callee.name === 'eval' && node.optional !== true) {
          this.hasDirectEval = true;
          const open = skipBlanks(this.#source, node.callee.end);
          this.edits.open(open + 1, `${this.#names.evalText}(`);
          this.#children(node);
          this.edits.close(node.end - 1, this.#names.close);
          return;
        }
        this.#children(node);
        return;
      case 'ImportExpression':
        // Padded to the width of `import`: no column behind it moves.
        this.edits.replace(node.start, node.start + 6, this.#names.dynamicImport.padEnd(6));
        this.#children(node);
        return;
      case 'MetaProperty':
        if (node.meta.name !== 'import') return;
        this.usesImportMeta = true;
        this.edits.blank(node.start, node.end, this.#names.importMeta);
        return;
      case 'Identifier':
        // In the wrapped module `arguments` would be the wrapper's.
        if (node.name === 'arguments' && this.#argumentsDepth === 0)
          this.edits.replace(node.start, node.end, this.#names.undefinedName);
        return;
      case 'MemberExpression':
        // The name behind a dot is no reference.
        this.#visit(node.object);
        if (node.computed) this.#visit(node.property);
        return;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (node.computed) this.#visit(node.key);
        if (node.value !== null) this.#visit(node.value);
        return;
      case 'ClassBody':
        this.#laterDepth++;
        // Fields and static blocks may run later, and `arguments` in them is never the wrapper's.
        this.#argumentsDepth++;
        this.#children(node);
        this.#argumentsDepth--;
        this.#laterDepth--;
        return;
      default:
        if (!isFunction(node)) {
          this.#children(node);
          return;
        }
        this.#laterDepth++;
        this.#functionDepth++;
        if (node.type !== 'ArrowFunctionExpression') this.#argumentsDepth++;
        this.#functions.push({ isExpression: node.body.type !== 'BlockStatement', awaits: false });
        this.#children(node);
        // `var` at the end: hoisted, and directives stay first.
        if (this.#functions.pop()?.awaits === true) this.edits.close(node.body.end - 1, frameDeclaration(this.#names));
        if (node.type !== 'ArrowFunctionExpression') this.#argumentsDepth--;
        this.#functionDepth--;
        this.#laterDepth--;
    }
  }

  #await(node: Node): void {
    this.#noteAwait();
    const within = this.#functions.at(-1);
    const place = within === undefined ? 'top-level' : within.isExpression ? 'expression' : 'block';
    if (within !== undefined && place === 'block') within.awaits = true;
    const { before, opening, closing } = awaitTexts(this.#names, place, node.start);
    if (before !== '') this.edits.open(node.start, before);
    this.edits.open(node.start + 5, opening);
    this.#children(node);
    this.edits.close(node.end, closing);
  }

  #try(node: Node): void {
    this.#visit(node.block);
    if (node.handler !== null) {
      if (node.handler.param !== null) this.#visit(node.handler.param);
      this.#handler(node.handler.body);
    }
    if (node.finalizer !== null) this.#handler(node.finalizer);
  }

  /** A rejection may arrive here, and with it the frame of somebody else. */
  #handler(block: Node): void {
    const within = this.#functions.at(-1);
    if (within === undefined ? this.hasTopLevelAwait : within.awaits)
      this.edits.open(block.start + 1, caughtText(this.#names));
    this.#visit(block);
  }

  #children(node: Node): void {
    for (const child of childrenOf(node)) this.#visit(child);
  }

  /** A module with one at its top level is evaluated asynchronously, ECMA-262 16.2.1.5. */
  #noteAwait(): void {
    if (this.#functionDepth === 0) this.hasTopLevelAwait = true;
  }

  /** What is assigned later, in a function: an export of it cannot be read once and for all. */
  #noteTarget(target: Node): void {
    // What the top level assigns is done when importers run.
    if (this.#laterDepth === 0 || target.type === 'VariableDeclaration') return;
    for (const name of patternNames(target)) this.reassigned.add(name);
  }

  /** Its steps are awaits for which no text stands: the iterable is wrapped instead. */
  #forAwait(node: Node): void {
    this.#noteAwait();
    const of = skipBlanks(this.#source, node.left.end);
    this.edits.open(of + 2, ` ${this.#names.asyncIterable}(`);
    this.#children(node);
    // In front of the header's `)`, behind blanks and comments.
    this.edits.close(skipBlanks(this.#source, node.right.end), this.#names.close);
  }
}

/** A name in an import or export clause: an identifier or a string. */
export function moduleName(node: Node): string {
  return node.type === 'Literal' ? (node.value as string) : node.name;
}
