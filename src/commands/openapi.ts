import packageFile from '../../package.json' with { type: 'json' };
import { readConfig } from '../config.ts';
import { endpoints } from '../endpoints.ts';
import { openApi } from '../http/openapi.ts';

/** The document that is committed as `openapi.json`. */
export const openApiText = () =>
  JSON.stringify(openApi(endpoints, packageFile.version, readConfig({})), null, 2);

export const printOpenApi = (print: (text: string) => void): void => print(openApiText());
