import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export type Schema = Readonly<Record<string, unknown>>;
interface Body {
  readonly required?: boolean;
  readonly content: Readonly<Record<string, { readonly schema: Schema; readonly example?: object }>>;
}
interface Reply {
  readonly content?: Readonly<Record<string, unknown>>;
}
interface Declared {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Reply & { readonly $ref?: string }>>;
}
interface Text {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Declared>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Reply>>;
    readonly parameters: Readonly<Record<string, unknown>>;
  };
}

/** A call as an OpenAPI document declares it. */
export interface Operation extends Declared {
  readonly path: string;
  readonly method: string;
}

const escaped = (key: string) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));

/** An OpenAPI document, by which requests are made and replies are judged. */
export class Document {
  readonly operations: readonly Operation[];
  readonly #text: Text;
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(text: unknown) {
    this.#text = text as Text; // written by the product; a part that is not there fails the test that asks for it
    this.#ajv.addSchema(this.#text, 'document');
    this.operations = Object.entries(this.#text.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, declared]) => ({ path, method, ...declared })),
    );
  }

  /** The schema itself, where another one refers to it. */
  resolved(schema: Schema): Schema {
    const name = typeof schema['$ref'] === 'string' ? schema['$ref'].split('/').at(-1) : undefined;
    return (name && this.#text.components.schemas[name]) || schema;
  }

  /** What is wrong with a reply to a call; undefined where it is declared so. */
  async fault(operation: Operation, response: Response): Promise<string | undefined> {
    const text = await response.text();
    const said = `${response.status} ${text.slice(0, 300)}`;
    const status = String(response.status) in operation.responses ? response.status : 'default';
    const declared = operation.responses[status];
    if (!declared) return `no such status: ${said}`;
    const name = declared.$ref?.split('/').at(-1);
    const reply = name === undefined ? declared : this.#text.components.responses[name];
    const types = Object.keys(reply?.content ?? {});
    if (types.length === 0) return undefined;
    const type = (response.headers.get('content-type') ?? '').split(';')[0]?.toLowerCase() ?? '';
    if (!types.includes(type)) return `no such type: ${type} ${said}`;
    if (type !== 'application/json') return undefined;
    const place = name
      ? `document#/components/responses/${name}/content/${escaped(type)}/schema`
      : `document#/paths/${escaped(operation.path)}/${operation.method}/responses/${status}/content/${escaped(type)}/schema`;
    const validate = this.#validators.get(place) ?? this.#ajv.compile({ $ref: place });
    this.#validators.set(place, validate);
    return validate(JSON.parse(text)) ? undefined : `${this.#ajv.errorsText(validate.errors)}: ${said}`;
  }
}
