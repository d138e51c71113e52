import { join, resolve } from 'node:path';
import {
  type CallExpression,
  getTokenAtPosition,
  isCallExpression,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast';
import {
  API,
  type Checker,
  type Symbol as CompilerSymbol,
  type Program,
  SignatureKind,
  type Type,
} from 'typescript/unstable/async';
import type { PreparedStatement } from './statements.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The values that a type declares, by name, each with the place that declares it: types share some. */
export type Declared = ReadonlyMap<string, string>;

/** What the compiler knows of the calls that prepare statements. */
class Compiled {
  private readonly program: Program;
  private readonly checker: Checker;

  constructor(program: Program, checker: Checker) {
    this.program = program;
    this.checker = checker;
  }

  /**
   * What a statement declares. It is one of several where the call that is known makes several statements: a
   * function that ends in another call is in no stack.
   */
  async declaredBy({ calls }: PreparedStatement): Promise<readonly Declared[]> {
    const [place = ''] = calls;
    const wanted = await this.wantedIn(await this.typeOf(await this.callAt(place)));
    return Promise.all(wanted.map((type) => this.valuesIn(type, calls)));
  }

  /** The call at a place of a stack, as a whole: of `f(…)(…)`, a stack names the middle. */
  private async callAt(place: string): Promise<CallExpression> {
    const [name = '', line, column] = place.split(':');
    const file = await this.program.getSourceFile(join(ROOT, name));
    if (!file) throw new Error(`There is no ${name}.`);
    let node: Node = getTokenAtPosition(file, positionIn(file, Number(line), Number(column)));
    while (!isCallExpression(node)) node = node.parent;
    while (isCallExpression(node.parent) && node.parent.expression === node) node = node.parent;
    return node as CallExpression; // the loops stop at nothing else
  }

  private async typeOf(node: Node): Promise<Type> {
    const type = await this.checker.getTypeAtLocation(node);
    return type ?? this.checker.getNeverType();
  }

  /** The types of what the prepared statements want that a type is, or holds. */
  private async wantedIn(type: Type): Promise<readonly Type[]> {
    const { checker } = this;
    const [call] = await checker.getSignaturesOfType(type, SignatureKind.Call);
    if (call) return [(await checker.getParameterType(call, 0)) ?? (await checker.getVoidType())];
    const item = type.isTypeReference() && (await checker.isArrayLikeType(type));
    const held = item
      ? await checker.getTypeArguments(type)
      : await Promise.all((await checker.getPropertiesOfType(type)).map((it) => checker.getTypeOfSymbol(it)));
    return (await Promise.all(held.map((each) => (each ? this.wantedIn(each) : [])))).flat();
  }

  /** @param calls the one of this type, and those around it: they say what its type parameters are */
  private async valuesIn(type: Type, [place = '', ...outer]: readonly string[]): Promise<Declared> {
    if (type.isTypeParameter()) return this.valuesOfArgument(outer);
    if (type.isIntersectionType()) {
      const parts = (await type.getTypes()).map((part) => this.valuesIn(part, [place, ...outer]));
      return new Map((await Promise.all(parts)).flatMap((part) => [...part]));
    }
    const properties = await this.checker.getPropertiesOfType(type);
    return new Map(properties.map((property) => [property.name, declarationOf(property) ?? place]));
  }

  private async valuesOfArgument(calls: readonly string[]): Promise<Declared> {
    const [argument] = (await this.callAt(calls[0] ?? '')).typeArguments ?? [];
    const type = argument && (await this.checker.getTypeFromTypeNode(argument));
    return type ? this.valuesIn(type, calls) : new Map();
  }
}

function declarationOf({ name, declarations: [declaration] }: CompilerSymbol): string | undefined {
  return declaration && `${declaration.path.replace(`${ROOT}/`, '')}: ${name} (${declaration.index})`;
}

const positionIn = (file: SourceFile, line: number, column: number): number =>
  (file.getLineStarts()[line - 1] ?? 0) + column - 1;

/** What each of these statements declares: one of its list. */
export async function declaredValues(
  statements: readonly PreparedStatement[],
): Promise<readonly (readonly Declared[])[]> {
  const api = new API({ cwd: ROOT });
  try {
    const snapshot = await api.updateSnapshot({ openProjects: [join(ROOT, 'tsconfig.json')] });
    const [project] = snapshot.getProjects();
    if (!project) throw new Error('There is no project.');
    const compiled = new Compiled(project.program, project.checker);
    return await Promise.all(statements.map((statement) => compiled.declaredBy(statement)));
  } finally {
    await api.close();
  }
}
