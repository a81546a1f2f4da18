/**
 * What the compiler knows of `src`: who imports what, which exports have a doc comment, which errors are thrown. The
 * tests of src/house and the generator of docs/errors.md read the sources through this.
 */
import { dirname, join, relative } from "node:path/posix";
import { fileURLToPath } from "node:url";
import * as ast from "typescript/unstable/ast";
import { API, SymbolFlags } from "typescript/unstable/sync";

/**
 * @typedef {import("typescript/unstable/sync").Checker} Checker
 *
 * @typedef {object} SourceFile
 * @property {string} path         From the repository's root, with forward slashes: `src/engine/tensor.ts`.
 * @property {number} lines
 * @property {string[]} imports    Files (as `path`) and packages it imports, types and `import()` included.
 * @property {string[]} reexports  Modules that it passes names of on, as written; `* from` in front if all names.
 * @property {string[]} lets       Variables of the module that can be assigned again.
 * @property {{ name: string, doc: string }[]} exports  What it declares and exports.
 * @property {Thrown[]} errors
 * @property {string[]} uncoded   Errors that it makes with a computed code, which no list can hold.
 *
 * @typedef {object} Thrown
 * @property {string} code
 * @property {string} by     The error class, or the function that makes the error.
 * @property {string} found  The message's text, with `{...}` for what is filled in.
 * @property {string} mend
 */

const codePattern = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/**
 * Reads every TypeScript file below `src` of the repository at `root`, in the order of their paths: tests too, but not
 * declarations (`.d.ts`), of which nothing is built.
 * @returns {SourceFile[]}
 */
export function readSourceTree(root = fileURLToPath(new URL("..", import.meta.url))) {
  const api = new API({ cwd: root });
  try {
    const config = join(root, "tsconfig.json");
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (!project) throw new Error(`the compiler cannot open ${config}`);
    const { program, checker } = project;
    return project.rootFiles
      .filter((file) => file.startsWith(join(root, "src/")) && !file.endsWith(".d.ts"))
      .sort()
      .map((file) => {
        const source = program.getSourceFile(file);
        if (!source) throw new Error(`the compiler cannot read ${file}`);
        return readSource(relative(root, file), source, checker);
      });
  } finally {
    api.close();
  }
}

/**
 * @param {string} path
 * @param {ast.SourceFile} source
 * @param {Checker} checker
 * @returns {SourceFile}
 */
function readSource(path, source, checker) {
  /** @type {SourceFile} */
  const file = {
    path,
    lines: source.getLineStarts().length - 1,
    imports: source.imports.filter(ast.isStringLiteral).map(({ text }) => resolve(text, path)),
    reexports: [],
    lets: [],
    exports: exportsOf(source, checker),
    errors: [],
    uncoded: [],
  };
  for (const statement of source.statements) {
    if (ast.isExportDeclaration(statement) && statement.moduleSpecifier) {
      file.reexports.push((statement.exportClause ? "" : "* from ") + statement.moduleSpecifier.getText());
    }
    if (ast.isVariableStatement(statement) && statement.declarationList.flags & ast.NodeFlags.Let) {
      file.lets.push(...statement.declarationList.declarations.map(({ name }) => name.getText()));
    }
  }
  source.forEachChild(function visit(node) {
    if (ast.isCallExpression(node) || ast.isNewExpression(node)) {
      const errors = errorsOf(node, checker);
      file.errors.push(...errors);
      if (errors.length === 0 && isUncoded(node, checker)) file.uncoded.push(node.getText());
    }
    node.forEachChild(visit);
  });
  return file;
}

/**
 * @param {string} specifier
 * @param {string} from
 */
function resolve(specifier, from) {
  if (specifier === "#platform") return "src/platform/node.ts";
  return specifier.startsWith(".") ? join(dirname(from), specifier) : specifier;
}

/**
 * What a module declares itself: names that it only passes on are documented where they are declared.
 * @param {ast.SourceFile} source
 * @param {Checker} checker
 */
function exportsOf(source, checker) {
  const module = checker.getSymbolAtLocation(source);
  const symbols = module ? checker.getExportsOfModule(module) : [];
  return symbols
    .filter(({ flags }) => !(flags & SymbolFlags.Alias))
    .map((symbol) => ({ name: symbol.name, doc: checker.getDocumentationCommentOfSymbol(symbol).trim() }));
}

/**
 * The errors that a call or a `new` makes: it passes a code, as written in upper case, for a parameter named `code`.
 * @param {ast.CallExpression | ast.NewExpression} node
 * @param {Checker} checker
 * @returns {Thrown[]}
 */
function errorsOf(node, checker) {
  const args = node.arguments ?? [];
  const at = args.findIndex((arg) => choices(arg).some((text) => codePattern.test(text)));
  if (at < 0) return [];
  const signature = checker.getResolvedSignature(node);
  const parameters = signature?.getParameters().map(({ name }) => name) ?? [];
  const code = args[at];
  if (!code || !signature || parameters[at] !== "code") return [];
  const returned = checker.getReturnTypeOfSignature(signature);
  const type = returned ? checker.typeToString(returned) : "";
  const by = /.Error$/.test(type) ? type : node.expression.getText();
  /** @param {string} name */
  const argument = (name) => {
    const arg = args[parameters.indexOf(name)];
    return arg ? textOf(arg, checker) : "";
  };
  return choices(code).map((text) => ({ code: text, by, found: argument("found"), mend: argument("mend") }));
}

/**
 * Whether a `new` makes one of Fovea's errors with a computed code. A function that makes errors for others may take the
 * code and pass it on.
 * @param {ast.CallExpression | ast.NewExpression} node
 * @param {Checker} checker
 */
function isUncoded(node, checker) {
  if (!ast.isNewExpression(node) || !node.expression.getText().endsWith("Error")) return false;
  if (/^(\w+\.)?code$/.test(node.arguments?.[0]?.getText() ?? "")) return false;
  return checker.getResolvedSignature(node)?.getParameters()[0]?.name === "code";
}

/**
 * The literal texts that an expression may be: both sides of a choice.
 * @param {ast.Node} node
 * @returns {string[]}
 */
function choices(node) {
  if (ast.isParenthesizedExpression(node)) return choices(node.expression);
  if (ast.isConditionalExpression(node)) return [...choices(node.whenTrue), ...choices(node.whenFalse)];
  return ast.isStringLiteral(node) ? [node.text] : [];
}

/**
 * The text that an expression makes, with `{name}` for a plain value filled in and `{...}` for a computed one.
 * @param {ast.Node} node
 * @param {Checker} checker
 * @returns {string}
 */
function textOf(node, checker) {
  if (ast.isStringLiteral(node) || ast.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ast.isParenthesizedExpression(node)) return textOf(node.expression, checker);
  if (ast.isTemplateExpression(node)) {
    const filled = node.templateSpans.map((span) => textOf(span.expression, checker) + span.literal.text);
    return node.head.text + filled.join("");
  }
  if (ast.isBinaryExpression(node) && node.operatorToken.kind === ast.SyntaxKind.PlusToken) {
    return textOf(node.left, checker) + textOf(node.right, checker);
  }
  if (ast.isIdentifier(node)) {
    const declared = checker.getSymbolAtLocation(node)?.valueDeclaration?.resolve();
    const value = declared && ast.isVariableDeclaration(declared) ? declared.initializer : undefined;
    if (value && (ast.isStringLiteral(value) || ast.isTemplateExpression(value))) return textOf(value, checker);
  }
  const text = node.getText();
  return /^[\w.]+$/.test(text) ? `{${text}}` : "{...}";
}
