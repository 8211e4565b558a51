// Writes what is derived: the route tree from src/pages and the API's types
// from ../api/openapi.json. Neither is committed; the sources are.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Generator, getConfig } from '@tanstack/router-generator';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';

const root = import.meta.dirname;
await new Generator({ config: getConfig({}, root), root }).run();

const document = `${root}/../api/openapi.json`;
const out = `${root}/src/shared/api.gen.d.ts`;
// Until the document is there, any path will do.
let types = 'export type paths = any;\nexport type components = any;\n';
if (existsSync(document)) {
  types =
    COMMENT_HEADER +
    astToString(await openapiTS(readFileSync(document, 'utf8'), { defaultNonNullable: false }));
}
if (!existsSync(out) || readFileSync(out, 'utf8') !== types) writeFileSync(out, types);
