import packageFile from '../../package.json' with { type: 'json' };
import { readConfig } from '../config.ts';
import { endpoints } from '../endpoints.ts';
import { openApi } from '../http/openapi.ts';
import { operationsOpenApi } from '../operations/openapi.ts';
import { operations } from '../operations.ts';

/** The document that is committed as `openapi.json`. */
export const openApiText = () =>
  JSON.stringify(openApi(endpoints, packageFile.version, readConfig({})), null, 2);

/** The document that is committed as `openapi-operators.json`. */
export const operationsOpenApiText = () =>
  JSON.stringify(operationsOpenApi(operations, packageFile.version), null, 2);

export const printOpenApi = (forOperators: boolean, print: (text: string) => void): void =>
  print(forOperators ? operationsOpenApiText() : openApiText());
