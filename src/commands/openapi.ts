import packageFile from '../../package.json' with { type: 'json' };
import { readConfig } from '../config.ts';
import { endpoints } from '../endpoints.ts';
import { openApi } from '../http/openapi/document.ts';
import { documentText } from '../http/openapi/text.ts';
import { operationsOpenApi } from '../operations/openapi.ts';
import { operations } from '../operations.ts';

/** The document that is committed as `openapi.json`. */
export const openApiText = () => documentText(openApi(endpoints, packageFile.version, readConfig({})));

/** The document that is committed as `openapi-operators.json`. */
export const operationsOpenApiText = () => documentText(operationsOpenApi(operations, packageFile.version));

export const printOpenApi = (forOperators: boolean, print: (text: string) => void): void =>
  print(forOperators ? operationsOpenApiText() : openApiText());
