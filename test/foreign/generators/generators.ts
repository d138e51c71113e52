/** A generator of clients, and how it is called. */
export interface Generator {
  /** Its folder here, with the pinned packages of it and the walk's client. */
  readonly name: string;
  /** True where it is fast enough for each run of the checks. */
  readonly isQuick?: true;
  /** Calls it in a folder in which its packages are installed. @param url the server's address */
  command(document: string, url: string): readonly string[];
}

const MODULES = 'node_modules';

/** Where Maven keeps it once it is fetched. */
export const JAVA_GENERATOR = {
  artifact: 'org.openapitools:openapi-generator-cli:7.25.0',
  jar: '.m2/repository/org/openapitools/openapi-generator-cli/7.25.0/openapi-generator-cli-7.25.0.jar',
};

export const GENERATORS: readonly Generator[] = [
  {
    name: 'openapi-fetch',
    isQuick: true,
    command: (document) => [
      'node',
      `${MODULES}/openapi-typescript/bin/cli.js`,
      document,
      '-o',
      'generated/paths.ts',
    ],
  },
  {
    name: 'hey-api',
    isQuick: true,
    command: (document) => [
      'node',
      `${MODULES}/@hey-api/openapi-ts/bin/run.js`,
      '-i',
      document,
      '-o',
      'generated',
    ],
  },
  {
    name: 'orval',
    command: (document, url) => [
      'node',
      '--input-type=module',
      '-e',
      `import { generate } from 'orval';
       const output = { target: 'generated/api.ts', client: 'fetch', baseUrl: ${JSON.stringify(url)} };
       await generate({ input: ${JSON.stringify(document)}, output });`,
    ],
  },
  {
    name: 'swagger-typescript-api',
    command: (document) => [
      'node',
      `${MODULES}/swagger-typescript-api/dist/cli.mjs`,
      'generate',
      '-p',
      document,
      '-o',
      'generated',
      '-n',
      'api.ts',
    ],
  },
  {
    name: 'openapi-generator',
    command: (document) => [
      'java',
      '-jar',
      `${process.env['HOME']}/${JAVA_GENERATOR.jar}`,
      'generate',
      '-i',
      document,
      '-g',
      'typescript-fetch',
      '-o',
      'generated',
    ],
  },
];
